// adfill completion and adfill man: made from the commands themselves, so that they can't fall behind them.
#include "command_line.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace adfill {

namespace {

// A command with the words that lead to it: "integration add"; empty for adfill itself.
struct Path {
  std::string words;
  const CLI::App* command;
};

void collect_paths(const CLI::App& command, const std::string& words, std::vector<Path>& all) {
  all.push_back({words, &command});
  for (const auto* below : command.get_subcommands([](const CLI::App*) { return true; })) {
    collect_paths(*below, words.empty() ? below->get_name() : words + " " + below->get_name(), all);
  }
}

std::vector<Path> all_paths(const CLI::App& app) {
  std::vector<Path> all;
  collect_paths(app, "", all);
  return all;
}

std::vector<std::string> subcommands_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* below : command.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(below->get_name());
  return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
  }
  std::sort(flags.begin(), flags.end());
  return flags;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// Both shells run the same function: it finds the longest command in what was typed, and offers its words.
std::string completion_body(const CLI::App& app) {
  std::string text =
      "_adfill_words() {\n"
      "  case \"$1\" in\n";
  for (const auto& path : all_paths(app)) {
    auto words = subcommands_of(*path.command);
    const auto flags = flags_of(*path.command);
    words.insert(words.end(), flags.begin(), flags.end());
    text += "    \"" + path.words + "\") echo \"" + joined(words) + "\" ;;\n";
  }
  return text +
         "    *) return 1 ;;\n"
         "  esac\n"
         "}\n";
}

std::string bash_completion(const CLI::App& app) {
  return "# adfill's completion for bash: source <(adfill completion bash)\n" + completion_body(app) +
         "_adfill() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" command=\"\" next word\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    [ \"${word#-}\" = \"$word\" ] || continue\n"
         "    next=\"${command:+$command }$word\"\n"
         "    _adfill_words \"$next\" >/dev/null && command=\"$next\"\n"
         "  done\n"
         "  COMPREPLY=($(compgen -W \"$(_adfill_words \"$command\")\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _adfill adfill\n";
}

std::string zsh_completion(const CLI::App& app) {
  return "#compdef adfill\n"
         "# adfill's completion for zsh: source <(adfill completion zsh), or save it as _adfill in a folder of "
         "$fpath.\n" +
         completion_body(app) +
         "_adfill() {\n"
         "  local command=\"\" next word\n"
         "  for word in \"${words[@]:1:$((CURRENT - 2))}\"; do\n"
         "    [[ \"$word\" == -* ]] && continue\n"
         "    next=\"${command:+$command }$word\"\n"
         "    _adfill_words \"$next\" >/dev/null && command=\"$next\"\n"
         "  done\n"
         "  compadd -- ${=\"$(_adfill_words \"$command\")\"}\n"
         "  _files\n"
         "}\n"
         "if [ \"$funcstack[1]\" = \"_adfill\" ]; then _adfill \"$@\"; else compdef _adfill adfill; fi\n";
}

// A text as roff takes it: no line begins with a control character, a backslash is one, a hyphen is one that can be
// searched for.
std::string roff(const std::string& text) {
  std::string safe;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) safe += "\\&";
    if (c == '\\') {
      safe += "\\e";
    } else if (c == '-') {
      safe += "\\-";
    } else {
      safe += c;
    }
    line_begins = c == '\n';
  }
  return safe;
}

std::string option_names(const CLI::Option& option) {
  std::string names;
  for (const auto& name : option.get_snames()) names += (names.empty() ? "" : ", ") + ("-" + name);
  for (const auto& name : option.get_lnames()) names += (names.empty() ? "" : ", ") + ("--" + name);
  if (names.empty()) return option.get_name();
  if (option.get_expected_max() > 0 && !option.get_type_name().empty()) names += " " + option.get_type_name();
  return names;
}

std::string manual_of(const Path& path) {
  std::string text = ".SS \"adfill " + roff(path.words) + "\"\n" + roff(path.command->get_description()) + ".\n";
  for (const auto* option : path.command->get_options()) {
    if (option->get_lnames() == std::vector<std::string>{"help"}) continue;
    text += ".TP\n.B " + roff(option_names(*option)) + "\n" + roff(option->get_description()) + "\n";
  }
  auto footer = path.command->get_footer();
  constexpr std::string_view title = "Examples:\n";
  if (footer.starts_with(title)) text += ".PP\nExamples:\n.PP\n.nf\n" + roff(footer.substr(title.size())) + "\n.fi\n";
  return text;
}

std::string manual(const CLI::App& app) {
  std::string text = ".TH ADFILL 1 \"\" \"adfill " ADFILL_VERSION
                     "\" \"adfill\"\n"
                     ".SH NAME\nadfill \\- collects advertising performance data into a database you own\n"
                     ".SH SYNOPSIS\n.B adfill\n.I command\n[\\fIoptions\\fR]\n"
                     ".SH DESCRIPTION\n" +
                     roff(app.get_description()) + "\n.PP\n.nf\n" + roff(app.get_footer()) + "\n.fi\n.SH COMMANDS\n";
  for (const auto& path : all_paths(app)) {
    if (!path.words.empty()) text += manual_of(path);
  }
  return text;
}

int print(const std::string& text) {
  std::cout << text;
  return 0;
}

}  // namespace

void add_completion_commands(CLI::App& app, CommandLine& line) {
  auto& completion = add_command(app, "completion", "what a shell needs to complete adfill's commands",
                                 "  source <(adfill completion bash)\n"
                                 "  adfill completion zsh > ~/.zfunc/_adfill");
  auto shell = std::make_shared<std::string>();
  completion.add_option("SHELL", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  completion.callback([&app, &line, shell] {
    line.chosen = [&app, shell] { return print(*shell == "bash" ? bash_completion(app) : zsh_completion(app)); };
  });
  auto& man = add_command(app, "man", "the manual page, as man reads it",
                          "  adfill man | man -l -\n"
                          "  adfill man > /usr/local/share/man/man1/adfill.1");
  man.callback([&app, &line] { line.chosen = [&app] { return print(manual(app)); }; });
}

}  // namespace adfill
