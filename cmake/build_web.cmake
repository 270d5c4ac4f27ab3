# Installs the monitor's packages when the lock file has changed since the last time, and builds it into DIST.
set(stamp ${WEB}/node_modules/.installed)
if(NOT EXISTS ${stamp} OR ${WEB}/package-lock.json IS_NEWER_THAN ${stamp})
  execute_process(COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error WORKING_DIRECTORY ${WEB} COMMAND_ERROR_IS_FATAL ANY)
  file(TOUCH ${stamp})
endif()
execute_process(COMMAND ${NPM} run --silent build -- --outDir ${DIST} --emptyOutDir WORKING_DIRECTORY ${WEB} COMMAND_ERROR_IS_FATAL ANY)
