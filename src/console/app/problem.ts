/** What went wrong between the page and the gateway, in words that can be shown. */

export interface ProblemFacts {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

export class Problem extends Error {
  /** Of the HTTP answer; 0 where there was none. */
  readonly status: number;
  /** A stable word: the gateway's, or `unreachable`, `bad_answer`. */
  readonly code: string;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor({ status, code, message, hint }: ProblemFacts) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Problem({ status: 0, code: 'page_error', message, hint: 'Load the page again.' });
}

/** No answer came: the gateway is stopped, or the way to it is cut. */
export function unreachable(): Problem {
  return new Problem({
    status: 0,
    code: 'unreachable',
    message: 'The gateway does not answer.',
    hint: 'Look whether it runs; this page goes on by itself once it does.',
  });
}

/** @param response one that is no success */
export async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const told = readProblem(text);
  if (told) return new Problem({ status, ...told });
  return new Problem({
    status,
    code: 'bad_answer',
    message: `The gateway answered ${status} without saying why.`,
    hint: 'Something between this page and the gateway may have answered in its place.',
  });
}

function readProblem(text: string): Omit<ProblemFacts, 'status'> | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: Partial<ProblemFacts> };
    if (typeof error?.code !== 'string' || typeof error.message !== 'string') return undefined;
    return { code: error.code, message: error.message, hint: error.hint };
  } catch {
    return undefined;
  }
}
