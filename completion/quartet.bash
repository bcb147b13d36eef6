# shellcheck shell=bash
# Completion for bash: source completion/quartet.bash. The possible words come from the program
# itself, as it stands on the command line: --help, --list, --describe.

# _quartet_ask PROGRAM ARGUMENT...: what the program answers. It is asked once for each of its builds:
# mpi_driver takes a second. A subshell's memory is lost, so _quartet_learn asks before one does.
declare -gA _quartet_answers
_quartet_ask() {
  local program=$1 key
  shift
  key="$PWD $program $(stat -Lc %Y -- "$program" 2>/dev/null) $*"
  if [[ ! -v _quartet_answers[$key] ]]; then
    _quartet_answers[$key]=$(timeout 5 "$program" "$@" 2>/dev/null </dev/null)
  fi
  printf '%s\n' "${_quartet_answers[$key]}"
}

_quartet_learn() {
  _quartet_ask "$@" >/dev/null
}

# Its long options, or those of one of its commands.
_quartet_options() { # PROGRAM [COMMAND]
  _quartet_ask "$@" --help | sed -nE 's/^ {2,8}(-., )?(--[a-z][a-z-]*).*/\2/p'
}

# The words that a section of its --help explains: those of "Commands:", "Formats:".
_quartet_section() {
  _quartet_ask "$1" --help | sed -nE "/^$2:/,/^\$/s/^  ([a-z][a-z-]*)  .*/\1/p"
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

# The value of an option of a driver. Returns 1 for what is no such option.
_quartet_driver_value() { # OPTION
  local kernel name
  case $1 in
  --set | -s)
    kernel=$(_quartet_kernel_named --or-default)
    _quartet_learn "$program" --describe "$kernel"
    if [[ $typed == *=* ]]; then
      name=${typed%%=*} typed=${typed#*=}
      _quartet_words "$(_quartet_sets "$program" "$kernel" "$name")"
    else
      _quartet_words "$(_quartet_sets "$program" "$kernel")"
    fi
    ;;
  --describe) _quartet_words "$(_quartet_kernels "$program")" ;;
  --schedule) _quartet_words static dynamic guided ;;
  --lock) _quartet_words none global ;;
  --overlap) _quartet_words on off ;;
  --work-by) _quartet_words operations bytes memory ;;
  --csv=) _quartet_paths '*' ;;
  --size | --jobs | --reps | --warmup | --grain | --threads | --tasks | -[njrwgtk]) ;;
  --lock-fraction | --switch-interval | --in-flight | --work | --work-multiple) ;;
  *) return 1 ;;
  esac
}

_quartet_driver() {
  _quartet_learn "$program" --list
  _quartet_driver_value "$before" && return
  [[ -n $(_quartet_kernel_named) ]] || _quartet_words "$(_quartet_kernels "$program")"
}

_quartet_sweep() {
  local word
  case $before in
  --out | -o | --drivers | -d) _quartet_paths && return ;;
  --format | -F) _quartet_words text csv json slurm && return ;;
  --metric | -m) _quartet_words time rate bandwidth && return ;;
  esac
  for word in "${words[@]:1:count-1}"; do
    case $word in
    run | plan) _quartet_paths '*.yaml' '*.yml' && return ;;
    resume | status | reference | pack) _quartet_paths --holding run.json && return ;;
    esac
  done
  _quartet_words "$(_quartet_section "$program" Commands)"
}

_quartet_report() {
  case $before in
  --baseline | -b) _quartet_words serial_driver omp_driver mpi_driver async_driver ;;
  --export | -e) _quartet_words google-benchmark extra-p ;;
  --format | -f) _quartet_words text markdown json csv junit ;;
  --pictures | -p) _quartet_words png pdf png,pdf ;;
  --fail-on | -F) _quartet_words slower slower:5% faster different cannot-tell missing failed ;;
  --margin | -M) ;;
  --out | -o) _quartet_paths ;;
  *)
    _quartet_paths --holding samples.csv '*.csv'
    # A folder of that name is offered as well.
    if ((count == 1)) && [[ -n $typed && compare == "$typed"* ]]; then
      COMPREPLY+=(compare)
    fi
    ;;
  esac
}

# bash parts words at "=", too: puts them together again, up to the one that is completed. Sets
# words, count, typed (what there is of the value), and before: the word or the "--name" before it.
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
    before=${typed%%=*} typed=${typed#*=}
    [[ $before != --csv ]] || before=--csv=
  fi
}

_quartet() {
  local words count typed before program=${COMP_WORDS[0]/#\~\//$HOME/}
  COMPREPLY=()
  # Without the program there are no options to complete.
  type -P -- "$program" >/dev/null || return
  program=$(type -P -- "$program")
  _quartet_read_line
  _quartet_learn "$program" --help
  if [[ ${words[count]} == -* && ${words[count]} != *=* ]]; then
    if [[ ${program##*/} == report && ${words[1]} == compare ]]; then
      _quartet_words "$(_quartet_options "$program" compare)"
    else
      _quartet_words "$(_quartet_options "$program")"
    fi
    return
  fi
  case ${program##*/} in
  sweep) _quartet_sweep ;;
  report) _quartet_report ;;
  *_driver) _quartet_driver ;;
  esac
}

complete -F _quartet serial_driver omp_driver mpi_driver async_driver sweep report delay_server
