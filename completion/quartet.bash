# shellcheck shell=bash
# Completion for bash: source completion/quartet.bash. The possible words come from the program
# itself, as it stands on the command line: --print-options, --list, --describe.

# _quartet_ask PROGRAM ARGUMENT...: what the program answers, or the command of `quartet` in
# `command`. It is asked once for each of its builds: mpi_driver takes a second. A subshell's memory
# is lost, so _quartet_learn asks before one does.
declare -gA _quartet_answers
_quartet_ask() {
  local program=$1 key
  shift
  key="$PWD $program $(stat -Lc %Y -- "$program" 2>/dev/null) ${command[*]} $*"
  if [[ ! -v _quartet_answers[$key] ]]; then
    _quartet_answers[$key]=$(timeout 5 "$program" "${command[@]}" "$@" 2>/dev/null </dev/null)
  fi
  printf '%s\n' "${_quartet_answers[$key]}"
}

_quartet_learn() {
  _quartet_ask "$@" >/dev/null
}

# Its table of options, as --print-options lists it: a line for each command and option, with tabs
# between its names ("--out", "-o"), its argument and the words that it takes.
_quartet_table() {
  if [[ $role == report && ${words[1]-} == compare ]]; then
    _quartet_ask "$program" compare --print-options
  else
    _quartet_ask "$program" --print-options
  fi
}

_quartet_kernels() {
  _quartet_ask "$1" --list | sed -nE 's/^  ([a-z0-9_]+) .*/\1/p'
}

# Lines that were folded to fit the terminal go on far to the right: each on one line again.
_quartet_unfold() {
  sed -E ':a; N; $!ba; s/\n {15,}/ /g'
}

# The options of a kernel, "delay=", or the words that one of them takes: "fixed uniform".
_quartet_sets() { # PROGRAM KERNEL [NAME]
  local line="^  --set ${3-([a-z0-9_]+)}=VALUE "
  if (($# == 2)); then
    _quartet_ask "$1" --describe "$2" | sed -nE "s/$line.*/\1=/p"
  else
    _quartet_ask "$1" --describe "$2" | _quartet_unfold | grep -E "$line" | sed -E 's/.*; //; s/ \([^()]*\)$//' |
      grep -vE '^[^,]* to [^,]*$|^$' | tr -d ','
  fi
}

# Offers those of the words that go on from what is typed; no space follows one that ends in "=".
_quartet_words() {
  local IFS=$' \t\n'
  mapfile -t COMPREPLY < <(compgen -W "$*" -- "$typed")
  [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
  return 0
}

# Offers folders, and the files whose names match one of the patterns. A folder may lead on to
# others, so no space follows, unless it holds FILE: then it is what is meant.
_quartet_paths() { # [--holding FILE] PATTERN...
  local path real pattern holding=''
  [[ ${1-} != --holding ]] || { holding=$2; shift 2; }
  while IFS= read -r path; do
    real=${path/#\~\//$HOME/}
    if [[ -d $real ]]; then
      COMPREPLY+=("$path")
      [[ -n $holding && -e $real/$holding ]] || compopt -o nospace 2>/dev/null
      continue
    fi
    for pattern; do
      # shellcheck disable=SC2053 # it is a pattern
      [[ $path != $pattern ]] || COMPREPLY+=("$path")
    done
  done < <(compgen -f -- "${typed//\\/}") # what readline has quoted, and will quote again
  compopt -o filenames 2>/dev/null
  return 0
}

# The kernel that the words so far name, or the one that is run without a name.
_quartet_kernel_named() {
  local word kernels
  kernels=$(_quartet_kernels "$program")
  for word in "${words[@]:1:count-1}"; do
    [[ $'\n'$kernels$'\n' != *$'\n'"$word"$'\n'* ]] || { echo "$word"; return; }
  done
  [[ ${1-} != --or-default ]] || echo sumsq
}

# The value of the option that stands before. Returns 1 if none does, or it takes no value.
_quartet_value() {
  local row kernel name argument choices
  row=$(_quartet_table | awk -F'\t' -v "o=$before" '$1 ~ /^-/ && ($1 == o || $2 == o) { print $3 FS $4 }')
  argument=${row%%$'\t'*} choices=${row#*$'\t'}
  if [[ $argument == \[* ]]; then # after a "=" alone
    [[ -n $joined ]] || return
    argument=${argument//[][]/}
  fi
  [[ -n $argument ]] || return
  case $argument in
  NAME=VALUE)
    kernel=$(_quartet_kernel_named --or-default)
    _quartet_learn "$program" --describe "$kernel"
    if [[ $typed == *=* ]]; then
      name=${typed%%=*} typed=${typed#*=}
      _quartet_words "$(_quartet_sets "$program" "$kernel" "$name")"
    else
      _quartet_words "$(_quartet_sets "$program" "$kernel")"
    fi
    ;;
  KERNEL) _quartet_words "$(_quartet_kernels "$program")" ;;
  DIR) _quartet_paths ;;
  FILE) _quartet_paths '*' ;;
  *) _quartet_words "$choices" ;;
  esac
}

_quartet_driver() {
  _quartet_learn "$program" --list
  [[ -n $(_quartet_kernel_named) ]] || _quartet_words "$(_quartet_kernels "$program")"
}

# A command, or what the one takes that there is: a config, or the folder of a run.
_quartet_sweep() {
  local word argument
  for word in "${words[@]:1:count-1}"; do
    argument=$(_quartet_table | awk -F'\t' -v "w=$word" '$1 !~ /^-/ && $1 == w { print $3 }')
    case $argument in
    CONFIG) _quartet_paths '*.yaml' '*.yml' && return ;;
    DIR | DIR...) _quartet_paths --holding run.json && return ;;
    esac
  done
  _quartet_words "$(_quartet_table | awk -F'\t' '$1 !~ /^-/ { print $1 }')"
}

_quartet_report() {
  _quartet_paths --holding samples.csv '*.csv'
  # A folder of that name is offered as well.
  if ((count == 1)) && [[ -n $typed && compare == "$typed"* ]]; then
    COMPREPLY+=(compare)
  fi
}

# bash parts words at "=", too: puts them together again, up to the one that is completed. Sets
# words, count, typed (what there is of the value), before: the word or the "--name" before it, and
# joined, if the two are one word.
_quartet_read_line() {
  local i word
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ $word == '='* || ${COMP_WORDS[i - 1]} == '=' ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  count=$((${#words[@]} - 1))
  typed=${words[count]} before=${words[count - 1]}
  if [[ $typed == --*=* ]]; then
    before=${typed%%=*} typed=${typed#*=} joined=1
  fi
}

# Of `quartet`: `command` is the first word, `role` the program that it leads to. The words that
# follow are those of the program's own command line; a command of sweep, or compare, is one of
# them.
_quartet_command() {
  role=sweep
  ((count > 1)) || return
  case ${words[1]} in
  compare) role=report ;;
  report | *_driver | delay_server)
    role=${words[1]} command=("$role")
    unset 'words[1]'
    words=("${words[@]}") count=$((count - 1))
    ;;
  *) command=("${words[1]}") ;;
  esac
}

_quartet() {
  local words count typed before joined="" program=${COMP_WORDS[0]/#\~\//$HOME/} role command=()
  COMPREPLY=()
  # Without the program there are no options to complete.
  type -P -- "$program" >/dev/null || return
  program=$(type -P -- "$program")
  _quartet_read_line
  role=${program##*/}
  [[ $role != quartet ]] || _quartet_command
  _quartet_table >/dev/null
  if [[ ${words[count]} == -* && ${words[count]} != *=* ]]; then
    _quartet_words "$(_quartet_table | awk -F'\t' '$1 ~ /^-/ { print $1 }')"
    return
  fi
  _quartet_value && return
  case $role in
  sweep) _quartet_sweep ;;
  report) _quartet_report ;;
  *_driver) _quartet_driver ;;
  esac
}

complete -F _quartet quartet serial_driver omp_driver mpi_driver async_driver sweep report delay_server
