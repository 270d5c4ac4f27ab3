// The chosen theme, if one was chosen; else the system's. src/shell/theme.ts writes it.
const theme = localStorage.getItem('adfill.theme')
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
