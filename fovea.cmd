@echo off
rem Starts Fovea on Windows: finds a JDK, builds what is missing or older than its sources, and runs the command.
rem   FOVEA_JDK    a JDK 25 or newer, where the search should not be left to this script
rem   FOVEA_OPTS   further options for Java, for instance -Xmx8g
rem   FOVEA_MODEL  a model folder to be used in place of the embedded model
setlocal EnableExtensions
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
set WANTED=25

set JDK=
call :try "%FOVEA_JDK%"
if defined FOVEA_JDK if not defined JDK goto badjdk
call :try "%JAVA_HOME%"
for /f "delims=" %%J in ('where java 2^>nul') do call :try "%%~dpJ.."
for %%P in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\Zulu" "%USERPROFILE%\.jdks" "%USERPROFILE%\scoop\apps") do (
  if exist "%%~P" for /d %%J in ("%%~P\*") do (
    call :try "%%J"
    call :try "%%J\current"
  )
)
if not defined JDK (
  echo fovea: a JDK %WANTED% or newer is needed, and none was found in JAVA_HOME, on the PATH or in the usual folders. 1>&2
  echo Install one, for instance: winget install EclipseAdoptium.Temurin.25.JDK, or name its folder in FOVEA_JDK. 1>&2
  exit /b 1
)

rem Training needs more: a module and libraries of its own.
set MODULE=fovea-cli
set "FLAGS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
call :word %*
rem Java's vector module, which the program adds itself: with --add-modules Java would print a warning on every start.
set "VECTORS=-Dfovea.vectors=true --add-exports=java.base/jdk.internal.module=ALL-UNNAMED -XX:+UnlockExperimentalVMOptions -XX:+EnableVectorSupport"
for %%T in (train eval) do if /i "%WORD%"=="%%T" (
  set MODULE=fovea-cli-train
  set "FLAGS=%VECTORS%"
)
set "APP=%ROOT%\%MODULE%\target\app"
set "CACHE=%APP%\start.aot"

call :stale
if not defined STALE goto ready
where mvn >nul 2>nul
if errorlevel 1 (
  echo fovea: Maven 3.8.7 or newer is needed to build, and there is no mvn on the PATH: see https://maven.apache.org. 1>&2
  exit /b 1
)
echo fovea: building ^(the first time this takes some minutes and downloads libraries^) ... 1>&2
pushd "%ROOT%"
set "JAVA_HOME=%JDK%"
powershell -NoProfile -Command "& mvn -B -ntp '-Dstyle.color=never' '-Dmaven.test.skip=true' '-Dexec.skip=true' -pl %MODULE% -am package 2>&1 | ForEach-Object { if ($_ -match '\[INFO\] Building Fovea (\S+( [a-z]+)?) .*\[(\d+)/(\d+)\]') { [Console]::Error.WriteLine('fovea:   ' + $Matches[1] + ' (' + $Matches[3] + ' of ' + $Matches[4] + ')') } elseif ($_ -match '^\[ERROR\]') { [Console]::Error.WriteLine($_) } }; exit $LASTEXITCODE"
if errorlevel 1 (
  popd
  echo fovea: the build failed; the lines above say why. 1>&2
  exit /b 1
)
popd
if exist "%CACHE%" del "%CACHE%"
rem The class path goes through a file: it is longer than a command line may be.
set CLI=
for %%F in ("%ROOT%\%MODULE%\target\%MODULE%-*.jar") do set "CLI=%%F"
powershell -NoProfile -Command "$c = '%CLI%;' + (Get-Content -Raw '%APP%\libraries').Trim(); Set-Content -Encoding ascii -NoNewline '%APP%\arguments' ('-cp \"' + $c.Replace('\','\\') + '\"')"
type nul > "%APP%\built"

:ready
set "BASE=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:-UsePerfData -Dorg.bytedeco.javacpp.nopointergc=true"
if not "%MODULE%"=="fovea-cli" goto run
set "QUIET=-Xlog:disable -Xlog:all=off"
if not exist "%CACHE%" "%JDK%\bin\java" %BASE% %FLAGS% %QUIET% "-XX:AOTCacheOutput=%CACHE%" "@%APP%\arguments" ai.fovea.cli.WarmUp >nul 2>nul
if exist "%CACHE%" set "FLAGS=%FLAGS% %QUIET% "-XX:AOTCache=%CACHE%""
:run
"%JDK%\bin\java" %BASE% %FLAGS% %FOVEA_OPTS% -Dfovea.command=fovea "@%APP%\arguments" ai.fovea.cli.Main %*
exit /b %ERRORLEVEL%

rem The command, behind help and options that stand before it.
:word
set "WORD=%~1"
if not defined WORD exit /b 0
if /i "%WORD%"=="help" goto nextword
if not "%WORD:~0,1%"=="-" exit /b 0
:nextword
shift
goto word

:badjdk
echo fovea: FOVEA_JDK can't be used: "%FOVEA_JDK%" is no folder of a JDK %WANTED% or newer. 1>&2
echo Name another one, or unset FOVEA_JDK to have one looked for. 1>&2
exit /b 1

:try
if defined JDK exit /b
if "%~1"=="" exit /b
if not exist "%~1\bin\javac.exe" exit /b
if not exist "%~1\release" exit /b
for /f "tokens=2 delims==" %%V in ('findstr /b JAVA_VERSION^= "%~1\release"') do for /f "tokens=1 delims=.-+" %%W in (%%V) do if %%~W GEQ %WANTED% set "JDK=%~f1"
exit /b

:stale
set STALE=yes
if not exist "%APP%\built" exit /b
if not exist "%APP%\arguments" exit /b
powershell -NoProfile -Command "$t = (Get-Item '%APP%\built').LastWriteTime; if (Get-ChildItem -Recurse -File '%ROOT%\fovea-*\src\main', '%ROOT%\fovea-*\pom.xml', '%ROOT%\pom.xml' | Where-Object LastWriteTime -gt $t | Select-Object -First 1) { exit 1 }"
if not errorlevel 1 set STALE=
exit /b
