/** What is wrong with a configuration: where it stands, and one sentence with the way out. */

/** One thing to mend. */
export interface Problem {
  /** Where: `sluice.json:12:7`, `--port`, `PORT`. */
  readonly where: string;
  /** Counted from 1, for problems that stand in a file. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The setting it is about, like `mcpServers.files.command`; empty for the file as a whole. */
  readonly path: string;
  /** One sentence: what is wrong and what to do. Holds no secrets. */
  readonly message: string;
}

/** More than this many problems are counted, not printed: nobody mends twenty things in one go. */
export const PROBLEMS_SHOWN = 20;

/** Thrown for a configuration that cannot be used; `message` has one line for each problem. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(sentences(problems));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Throws when there are problems: those of flags and variables first, then in the order of the file. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const place = ({ line = 0, column = 0 }: Problem) => line * 1_000_000 + column;
  throw new ConfigError([...problems].sort((a, b) => place(a) - place(b)));
}

/** `a.b[2].c`; a name that is no plain word is quoted: `mcpServers["my server"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(String(step)))
      text += text === '' ? String(step) : `.${String(step)}`;
    else text += `[${JSON.stringify(String(step))}]`;
  }
  return text;
}

function sentences(problems: readonly Problem[]): string {
  const lines = problems.slice(0, PROBLEMS_SHOWN).map((problem) => `${problem.where}: ${problem.message}`);
  const more = problems.length - lines.length;
  if (more > 0) lines.push(`… and ${more} more ${more === 1 ? 'problem' : 'problems'} of this kind.`);
  return lines.join('\n');
}
