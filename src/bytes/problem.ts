/**
 * Everything that can go wrong and that a person can put right: a stable code, what it means, what to try. The one list;
 * docs/errors.md explains each code, and a test holds the two against each other.
 */
export const problems = {
  "input-missing": {
    meaning: "There is no such file.",
    advice: "Check the spelling and the folder; `-` reads standard input.",
  },
  "input-is-directory": {
    meaning: "The input is a directory.",
    advice: "Name the files in it, for example `FOLDER/*`.",
  },
  "input-forbidden": {
    meaning: "You may not read the file.",
    advice: "Change its permissions, or run as a user who may read it.",
  },
  "input-unreadable": {
    meaning: "The operating system could not read the input, or could not read it to its end.",
    advice: "Check the disk or the network file system; what was read before is reported.",
  },
  "input-empty": {
    meaning: "The input holds no bytes.",
    advice: "Check whether whatever should have written it is running.",
  },
  "compressed-short": {
    meaning: "Compressed data ends early: the file was cut short, or is still being written.",
    advice: "What could be decompressed is reported. Copy the file again to see the rest.",
  },
  "compressed-broken": {
    meaning: "Compressed data is damaged, or something else follows it.",
    advice: "What could be decompressed before that point is reported. Test the file with `gzip -t` or `zstd -t`.",
  },
  "decompressor-missing": {
    meaning: "The input is xz, bzip2 or lz4 data, and the system's tool of that name is not installed.",
    advice: "Install it (Debian: `xz-utils`, `bzip2`, `lz4`), or decompress the file first.",
  },
  "state-invalid": {
    meaning: "The file named by --state is not a state that this program wrote, is damaged, or is of another version.",
    advice: "Name another file, or remove it to start anew: what earlier runs learned is then learned again.",
  },
  "store-invalid": {
    meaning:
      "The file named by --store is not a store that this program wrote, cannot be opened, or is of a later version.",
    advice: "Name another file, check its permissions, or restore a backup.",
  },
  "account-missing": {
    meaning: "`vedette serve` is to listen where other machines can reach it, and nobody has an account.",
    advice: "`vedette account add NAME --store FILE` makes one; or listen on 127.0.0.1.",
  },
  "listen-failed": {
    meaning: "The address or port of --listen cannot be opened.",
    advice: "Choose another port, an address of this machine, or end the program that holds it.",
  },
  "format-unrecognised": {
    meaning: "The input is not written in a format that this program knows.",
    advice: "If it is, name the format with --format; `vedette formats` lists them.",
  },
  "format-unknown": {
    meaning: "--format names a format that does not exist.",
    advice: "`vedette formats` lists the names.",
  },
  "home-invalid": {
    meaning: "A home network is not written as an address or a CIDR prefix.",
    advice: "Write it as 198.51.100.0/24, 2001:db8::/32, or as one address.",
  },
  "command-misused": {
    meaning: "The command line asks for something that does not exist, or leaves out what is needed.",
    advice: "`vedette --help` and `vedette COMMAND --help` show what can be asked, with examples.",
  },
  "option-invalid": {
    meaning: "The value of an option cannot be understood.",
    advice: "`vedette COMMAND --help` says how the value is written.",
  },
  "output-unwritable": {
    meaning: "A report cannot be written where it was asked for. A file that was there before is left as it was.",
    advice: "Check the folder, its permissions and the free space; `-` writes to standard output.",
  },
  "output-overwrites-input": {
    meaning: "An output option names one of the inputs, which would be replaced by the report.",
    advice: "Give the report a file name of its own.",
  },
  "incident-unknown": {
    meaning: "`explain` names an incident that these inputs do not hold. Incident numbers belong to one set of inputs.",
    advice: "Run `vedette analyze` on the same inputs to see its incidents.",
  },
  "knowledge-refused": {
    meaning:
      "A file of knowledge is refused: it is broken, hostile, too large, or not of the kind that was named. Nothing of it is kept.",
    advice: "`vedette intel import --help` lists the kinds; check where the file comes from.",
  },
  "knowledge-missing": {
    meaning: "There is no such set of knowledge, or none of that kind.",
    advice: "`vedette intel list` shows what is there.",
  },
  "knowledge-fetch-failed": {
    meaning: "Knowledge could not be fetched. The set that was there before is kept.",
    advice: "Check the address and the network, or fetch the file yourself and use `vedette intel import`.",
  },
  "asset-undeclared": {
    meaning:
      "`vedette exposure check` was to ask a host that no asset of the configuration holds, or that its declaration does not allow. Nothing was asked.",
    advice:
      "Declare the hosts that are your own under `assets`, each with a reason; docs/exposure.md says how. A name counts by the addresses that it has.",
  },
  "host-unresolved": {
    meaning: "A host was named that the name servers do not know. Nothing was asked.",
    advice: "Check the spelling, or name its address.",
  },
  "config-invalid": {
    meaning: "The file named with --config cannot be understood.",
    advice: "docs/knowledge.md says how it is written, and docs/exposure.md how `assets` are.",
  },
  interrupted: {
    meaning: "Reading was stopped before the end of the input.",
    advice: "What was read before is reported. Run again to read it all.",
  },
} as const satisfies Record<string, { readonly meaning: string; readonly advice: string }>;

export type ProblemCode = keyof typeof problems;

/** Something the user can put right. `message` says what was asked and what was found; it is shown without a stack. */
export class UserProblem extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "UserProblem";
    this.code = code;
  }
}
