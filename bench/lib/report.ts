/** Medians over rounds, ratios to (a) within the same round, and the tables. */
import type { Target } from './target.ts';

/** What a line of a table needs of a target. */
type Named = Pick<Target, 'key' | 'title'>;

/** One measure of one target in one round; numbers by their names, and perhaps a word. */
export type Sample = Readonly<Record<string, number | string | undefined>>;

interface Column {
  readonly head: string;
  readonly field: string;
  readonly digits: number;
  readonly scale?: number;
  /** Shown for all or only where some target has something else than 0. */
  readonly quiet?: boolean;
}

export interface Block {
  readonly key: string;
  readonly title: string;
  /** The figure that is compared with (a). */
  readonly field: string;
  /** With which block of (a) it is compared; its own when left out. */
  readonly base?: string;
  /** With which target it is compared; default (a). */
  readonly to?: string;
  /** The most it should be for (c): a ratio to (a), or an absolute figure. */
  readonly aim?: { readonly ratio?: number; readonly most?: number; readonly words: string };
  readonly columns: readonly Column[];
}

const BUSY: readonly Column[] = [
  { head: 'server %', field: 'serverBusy', digits: 0, scale: 100 },
  { head: 'load %', field: 'loadBusy', digits: 0, scale: 100 },
  { head: 'others %', field: 'othersBusy', digits: 0, scale: 100 },
  { head: 'strays', field: 'strays', digits: 0, quiet: true },
  { head: 'errors', field: 'errors', digits: 0, quiet: true },
];
const CALLS: readonly Column[] = [
  { head: 'CPU µs', field: 'serverUs', digits: 1 },
  { head: 'child µs', field: 'childUs', digits: 1 },
  { head: 'calls/s', field: 'perSecond', digits: 0 },
  ...BUSY,
];
const BIG: readonly Column[] = [
  { head: 'CPU ms', field: 'serverUs', digits: 2, scale: 0.001 },
  { head: 'child ms', field: 'childUs', digits: 2, scale: 0.001 },
  { head: 'MB/s', field: 'perSecond', digits: 0 },
  ...BUSY,
];
const IDLE: readonly Column[] = [
  { head: 'KB', field: 'serverKb', digits: 1 },
  { head: 'all KB', field: 'treeKb', digits: 1 },
  { head: 'sessions', field: 'sessions', digits: 0 },
];

export const BLOCKS: readonly Block[] = [
  {
    key: 'sse',
    title: 'tools/call of 64 bytes over SSE, 32 sessions × 2 in flight: CPU of the server per call',
    field: 'serverUs',
    aim: { ratio: 1.6, words: 'at most 1.6 × (a)' },
    columns: CALLS,
  },
  {
    key: 'streamable',
    title:
      'tools/call of 64 bytes over Streamable HTTP, 32 sessions × 2 in flight: CPU of the server per call',
    field: 'serverUs',
    base: 'sse',
    aim: { ratio: 1.3, words: 'at most 1.3 × (a) over SSE' },
    columns: CALLS,
  },
  { key: 'sse1', title: 'the same over SSE, one call at a time', field: 'serverUs', columns: CALLS },
  {
    key: 'streamable1',
    title: 'the same over Streamable HTTP, one call at a time',
    field: 'serverUs',
    base: 'sse1',
    columns: CALLS,
  },
  {
    key: 'sseBig',
    title: 'a result of 1 MB (2^20 bytes) over SSE, one at a time: CPU of the server per MB',
    field: 'serverUs',
    aim: { ratio: 0.6, words: 'at most 0.6 × (a)' },
    columns: BIG,
  },
  {
    key: 'streamableBig',
    title: 'a result of 1 MB over Streamable HTTP, one at a time: CPU of the server per MB',
    field: 'serverUs',
    base: 'sseBig',
    columns: BIG,
  },
  {
    key: 'sseIdle',
    title: 'resident memory per idle session over SSE',
    field: 'serverKb',
    aim: { ratio: 1.5, words: 'at most 1.5 × (a)' },
    columns: IDLE,
  },
  {
    key: 'streamableIdle',
    title: 'resident memory per idle session with a standing stream over Streamable HTTP',
    field: 'serverKb',
    base: 'sseIdle',
    columns: IDLE,
  },
  {
    key: 'fanout',
    title: 'one notification of the server to all sessions over SSE: CPU of the server per message',
    field: 'us',
    aim: { ratio: 1.2, words: 'at most 1.2 × (a)' },
    columns: [
      { head: 'CPU µs', field: 'us', digits: 1 },
      { head: 'sessions', field: 'sessions', digits: 0 },
      { head: 'lost', field: 'lost', digits: 0 },
    ],
  },
  {
    key: 'start',
    title: 'from starting the program to the first answer to tools/list, over SSE, on one core',
    field: 'ms',
    aim: { most: 300, words: 'under 300 ms' },
    columns: [{ head: 'ms', field: 'ms', digits: 0 }],
  },
];

/** What was measured: by block, by target, by round. */
export class Results {
  readonly #samples = new Map<string, Map<number, Sample>>();

  add(block: string, target: string, round: number, sample: Sample): void {
    const key = `${block}/${target}`;
    const rounds = this.#samples.get(key) ?? new Map<number, Sample>();
    rounds.set(round, sample);
    this.#samples.set(key, rounds);
  }

  /** The median over rounds; undefined where nothing was measured. */
  median(block: string, target: string, field: string): number | undefined {
    return medianOf([...this.#rounds(block, target).values()].map((sample) => sample[field]));
  }

  /** The median of what the target is to (a), or to another, measured as `base`, in the same round. */
  ratio(block: string, target: string, field: string, base = block, to = 'a'): number | undefined {
    const bareRounds = this.#rounds(base, to);
    const ratios = [...this.#rounds(block, target)].map(([round, sample]) => {
      const [own, bare] = [sample[field], bareRounds.get(round)?.[field]];
      return typeof own === 'number' && typeof bare === 'number' && bare > 0 ? own / bare : undefined;
    });
    return medianOf(ratios);
  }

  /** The median of what the target has more than another in the same round. */
  difference(block: string, target: string, field: string, from: string): number | undefined {
    const others = this.#rounds(block, from);
    const differences = [...this.#rounds(block, target)].map(([round, sample]) => {
      const [own, other] = [sample[field], others.get(round)?.[field]];
      return typeof own === 'number' && typeof other === 'number' ? own - other : undefined;
    });
    return medianOf(differences);
  }

  words(block: string, target: string, field: string): string[] {
    const words = [...this.#rounds(block, target).values()].map((sample) => sample[field]);
    return [...new Set(words.filter((word) => typeof word === 'string'))];
  }

  toJSON(): Record<string, Sample[]> {
    return Object.fromEntries([...this.#samples].map(([key, rounds]) => [key, [...rounds.values()]]));
  }

  #rounds(block: string, target: string): Map<number, Sample> {
    return this.#samples.get(`${block}/${target}`) ?? new Map();
  }
}

function medianOf(values: readonly (number | string | undefined)[]): number | undefined {
  const numbers = values.filter((value) => typeof value === 'number' && Number.isFinite(value));
  const sorted = (numbers as number[]).toSorted((x, y) => x - y);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return sorted.length === 0 ? undefined : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

const LABEL = 28;

/** Every block that has figures, as text. */
export function tables(results: Results, targets: readonly Target[]): string {
  return BLOCKS.map((block) => table(block, results, targets))
    .filter((text) => text.length > 0)
    .join('\n\n');
}

export function table(block: Block, results: Results, targets: readonly Named[]): string {
  const to = block.to ?? 'a';
  const value = (target: Named, field: string) => results.median(block.key, target.key, field);
  const ratio = (target: Named, base?: string) =>
    (results.ratio(block.key, target.key, block.field, base, to)?.toFixed(2) ?? '-').padStart(9);
  const measured = targets.filter((target) => value(target, block.field) !== undefined);
  if (measured.length === 0) return '';
  const [main, ...others] = block.columns.filter(
    (column) => !column.quiet || measured.some((target) => value(target, column.field)),
  ) as [Column, ...Column[]];
  const heads = [main.head, block.base ? `× SSE (${to})` : `× (${to})`, ...(block.base ? [`× (${to})`] : [])];
  for (const { head } of others) heads.push(head);
  const lines = [
    `${block.title}${block.aim ? `; aim for (c): ${block.aim.words}` : ''}`,
    ' '.repeat(LABEL) + heads.map((head) => ` ${head}`.padStart(10)).join(''),
  ];
  for (const target of measured) {
    const cells = [cell(value(target, main.field), main), ratio(target, block.base)];
    if (block.base) cells.push(ratio(target));
    for (const column of others) cells.push(cell(value(target, column.field), column));
    const form = results.words(block.key, target.key, 'form').join(', ');
    const label = `  ${target.key.padEnd(4)}${target.title}`.padEnd(LABEL);
    lines.push(label + cells.map((text) => ` ${text}`).join('') + (block.base && form ? `  as ${form}` : ''));
  }
  return lines.join('\n');
}

function cell(value: number | undefined, column: Column): string {
  return (value === undefined ? '-' : (value * (column.scale ?? 1)).toFixed(column.digits)).padStart(9);
}

/** Medians, ratios and aims by block and target, for `--json`. */
export function summary(results: Results, targets: readonly Named[], blocks = BLOCKS) {
  return blocks.map((block) => ({
    key: block.key,
    title: block.title,
    aim: block.aim,
    targets: Object.fromEntries(
      targets.map((target) => [
        target.key,
        {
          ...Object.fromEntries(
            block.columns.map(({ field }) => [field, results.median(block.key, target.key, field)]),
          ),
          ratio: results.ratio(block.key, target.key, block.field, block.base, block.to),
          ratioOfSameTransport: results.ratio(block.key, target.key, block.field, undefined, block.to),
          form: results.words(block.key, target.key, 'form'),
        },
      ]),
    ),
  }));
}
