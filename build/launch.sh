# Functions of the launchers in the project's folder; read by them with `.`, with `root` set to that folder.
# shellcheck shell=sh

wanted=25

say() {
  printf 'fovea: %s\n' "$*" >&2
}

# File names and labels may be in any script; Java can open such files only where the locale knows them.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
  *[Uu][Tt][Ff]*) ;;
  *) if [ "$(uname)" = Linux ]; then LC_ALL=C.UTF-8 && export LC_ALL; fi ;;
esac

# Whether the folder $1 holds a JDK of the wanted version; asks its notes rather than starting it.
is_jdk() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r key value; do
    if [ "$key" = JAVA_VERSION ]; then
      value=${value#\"}
      value=${value%%[!0-9]*}
      [ -n "$value" ] && [ "$value" -ge "$wanted" ]
      return
    fi
  done <"$1/release"
  return 1
}

# The folder of the JDK whose `java` is on the PATH.
jdk_on_path() {
  java=$(command -v java) || return 1
  while [ -h "$java" ]; do
    link=$(readlink "$java")
    case $link in
      /*) java=$link ;;
      *) java=${java%/*}/$link ;;
    esac
  done
  java=${java%/bin/java}
  printf '%s\n' "$java"
}

find_jdk() {
  for home in "${FOVEA_JDK:-}" "${JAVA_HOME:-}" "$(jdk_on_path || :)"; do
    if [ -n "$home" ] && is_jdk "$home"; then
      jdk=$home
      return 0
    fi
  done
  if [ -x /usr/libexec/java_home ]; then
    home=$(/usr/libexec/java_home -v "$wanted+" 2>/dev/null || :)
    if [ -n "$home" ] && is_jdk "$home"; then
      jdk=$home
      return 0
    fi
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/* /opt/*/* /usr/local/java/* /usr/local/jdk* \
    "${HOME:-/nowhere}"/.sdkman/candidates/java/* "${HOME:-/nowhere}"/.jdks/* \
    "${HOME:-/nowhere}"/.asdf/installs/java/* "${HOME:-/nowhere}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nowhere}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec; do
    if is_jdk "$home"; then
      jdk=$home
      return 0
    fi
  done
  return 1
}

# Sets `jdk`: the one in FOVEA_JDK or none; else the one that was found last time is looked at first.
choose_jdk() {
  if [ -n "${FOVEA_JDK:-}" ] && ! is_jdk "$FOVEA_JDK"; then
    if [ ! -d "$FOVEA_JDK" ]; then
      why='there is no such folder'
    elif [ ! -x "$FOVEA_JDK/bin/javac" ] || [ ! -x "$FOVEA_JDK/bin/java" ]; then
      why='it holds no bin/java and bin/javac'
    else
      why="it is older than $wanted, or its file 'release' does not say its version"
    fi
    say "FOVEA_JDK=$FOVEA_JDK can't be used: $why."
    say "Name the folder of a JDK $wanted or newer, or unset FOVEA_JDK to have one looked for."
    exit 1
  fi
  note=$root/target/jdk
  jdk=
  if [ -z "${FOVEA_JDK:-}${JAVA_HOME:-}" ] && [ -r "$note" ]; then
    read -r jdk <"$note" || :
    is_jdk "$jdk" || jdk=
  fi
  if [ -z "$jdk" ]; then
    if ! find_jdk; then
      say "a JDK $wanted or newer is needed, and none was found in JAVA_HOME, on the PATH or in the usual folders."
      say "Install one, for instance Eclipse Temurin from https://adoptium.net (Debian, Ubuntu: apt install openjdk-25-jdk;"
      say "macOS: brew install openjdk@25; anywhere: sdk install java 25-tem), or name its folder in FOVEA_JDK."
      exit 1
    fi
    mkdir -p "$root/target" 2>/dev/null && printf '%s\n' "$jdk" >"$note" 2>/dev/null || :
  fi
}

# Sets `classpath` for the module $1, whose sources and those below it are the modules in $2, and which needs the test jars of
# those in $3; fails where something has to be built first. Sets `newer` to yes where a jar is newer than the file $cache.
read_classpath() {
  app=$root/$1/target/app
  [ -r "$app/built" ] && [ -r "$app/libraries" ] || return 1
  # Names of modules hold no blanks; the folder of the project may, so `find` starts inside it.
  # shellcheck disable=SC2046
  if [ -n "$(cd "$root" && find $(for name in $2; do
    printf 'fovea-%s/src/main fovea-%s/pom.xml ' "$name" "$name"
  done; for name in ${3:-}; do
    printf 'fovea-%s/src/test ' "$name"
  done) pom.xml -newer "$app/built" 2>/dev/null | head -n 1)" ]; then
    return 1
  fi
  classpath=
  newer=no
  for jar in "$root/$1/target/$1"-*.jar; do
    case $jar in
      *-sources.jar | *-javadoc.jar | *-tests.jar) ;;
      *) classpath=$jar ;;
    esac
  done
  [ -f "$classpath" ] || return 1
  if [ "$classpath" -nt "$cache" ]; then newer=yes; fi
  read -r libraries <"$app/libraries" || [ -n "$libraries" ] || return 1
  before=$IFS
  IFS=:
  set -f
  missing=no
  for jar in $libraries; do
    [ -f "$jar" ] || missing=yes
    if [ "$jar" -nt "$cache" ]; then newer=yes; fi
  done
  set +f
  IFS=$before
  classpath=$classpath:$libraries
  [ $missing = no ]
}

# Reads what Maven prints: keeps all of it in target/build.log, and shows modules, downloads and errors.
show_build() {
  escape=$(printf '\033')
  files=0
  dots=
  : >"$root/target/build.log"
  while IFS= read -r line; do
    # Maven's libraries put these out whatever they are told.
    while :; do
      case $line in
        *"$escape"\[0m*) line=${line%%"$escape"\[0m*}${line#*"$escape"\[0m} ;;
        *) break ;;
      esac
    done
    printf '%s\n' "$line" >>"$root/target/build.log"
    case $line in
      *Downloaded\ from*)
        files=$((files + 1))
        if [ $((files % 10)) = 0 ]; then
          printf .
          dots=yes
        fi
        ;;
      '[INFO] Building Fovea '*']')
        if [ -n "$dots" ]; then echo; fi
        dots=
        line=${line#'[INFO] Building Fovea '}
        step=${line##*'['}
        step=${step%']'}
        case $line in
          [0-9]*) name=project ;;
          *) name=${line%%' '[0-9]*} ;;
        esac
        printf 'fovea:   %s (%s of %s)\n' "$name" "${step%/*}" "${step#*/}"
        ;;
      '[ERROR]'*)
        if [ -n "$dots" ]; then echo; fi
        dots=
        printf '%s\n' "$line"
        ;;
    esac
  done
  if [ -n "$dots" ]; then echo; fi
}

# Sets `classpath` for the module $1, and builds it with the modules in $2, and the test jars of those in $3, where that is
# needed.
prepare() {
  cache=$root/$1/target/app/start.aot
  if read_classpath "$1" "$2" "${3:-}"; then
    return
  fi
  if ! command -v mvn >/dev/null 2>&1; then
    say "Maven 3.8.7 or newer is needed to build, and there is no mvn on the PATH: install it from your system's packages"
    say "(apt install maven, brew install maven) or from https://maven.apache.org."
    exit 1
  fi
  say "building (the first time this takes some minutes and downloads libraries; a dot is ten files) ..."
  mkdir -p "$root/target"
  # Tests are compiled only where they are needed, and run by neither option.
  if [ -n "${3:-}" ]; then tests=-DskipTests; else tests=-Dmaven.test.skip=true; fi
  # The last two options silence remarks of Java about Maven's own libraries. The pipe would hide the exit status.
  status=$({
    {
      cd "$root" && JAVA_HOME=$jdk \
        MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED" \
        mvn -B -Dstyle.color=never "$tests" -Dexec.skip=true -pl "$1" -am package 2>&1 </dev/null
      echo $? >&3
    } | show_build >&2
  } 3>&1)
  if [ "$status" != 0 ]; then
    say "the build failed; the lines above say why, and target/build.log all of it."
    exit 1
  fi
  mkdir -p "$root/$1/target/app"
  : >"$root/$1/target/app/built"
  # Building for training builds the rest, too.
  if [ -r "$root/fovea-cli/target/app/libraries" ]; then : >"$root/fovea-cli/target/app/built"; fi
  if ! read_classpath "$1" "$2" "${3:-}"; then
    say "the build left no class path in $1/target/app; try again after: mvn clean"
    exit 1
  fi
}
