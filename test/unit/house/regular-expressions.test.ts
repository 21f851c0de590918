/** No regular expression can be made to try again and again: each is looked at by an analyser that finds such texts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { checkSync } from 'recheck';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

/** Files whose expressions take the square or cube of what they are given, and why that is little. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['engine/bridge/canonical.ts', 'slow where a text is not closed; it is given checked JSON alone'],
  ['upstreams/lost-answers.ts', 'they are given 256 bytes'],
  ['protocol/lost-id.ts', 'they are given 256 bytes'],
  ['console/app/playground/runs/drafts.ts', 'they are given what somebody typed, in the page of that person'],
  ['console/app/playground/schema/validator.ts', 'it is given a sentence of the validator'],
]);

/** The analyser tries at random what it cannot prove, for some time: so that it comes to the same however busy the machine is. */
const ALIKE = {
  randomSeed: 1,
  timeout: 1e9,
  attackTimeout: 1e9,
  incubationTimeout: 1e9,
  seedingTimeout: 1e9,
  // Not tried out by the clock.
  recallTimeout: -1,
} as const;

function isSlow({ file, pattern, flags }: Found): boolean {
  const found = checkSync(pattern, flags, ALIKE);
  if (found.status === 'safe') return false;
  return !(found.status === 'vulnerable' && found.complexity.type === 'polynomial' && SHORT.has(file));
}

interface Found {
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Those written as literals, and those that modules make of texts, as they make them. */
function literals(file: string): Found[] {
  const found: Found[] = [];
  const walk = (node: unknown): void => {
    if (!isObject(node)) return;
    const { regex } = node;
    if (node['type'] === 'Literal' && isObject(regex))
      found.push({ file, pattern: String(regex['pattern']), flags: String(regex['flags']) });
    for (const child of Object.values(node)) walk(child);
  };
  walk(parseSync(file, readFileSync(join(SRC, file), 'utf8')).program);
  return found;
}

it('[HOUSE-REGEXES] every literal stays linear, whatever it is given', () => {
  const all = files.flatMap(literals);
  const slow = all.filter(isSlow);
  expect(slow).toEqual([]);
  expect(all.length).toBeGreaterThan(100);
}, 600_000);

/** Those that make some of what servers say, and never hold more against them than one character. */
const OF_ONE = ['engine/policy/pattern-parser.ts'];
/** In the page: only whether it is one, and only after a look at how much it repeats. */
const JUDGED = ['console/app/playground/schema/schema.ts'];

/** The files that make some of texts. */
const MADE = [
  'upstreams/lost-answers.ts',
  'protocol/lost-id.ts',
  'access/key-format.ts',
  'edges/node/audit-row.ts',
  'console/app/foreign.ts',
];

it('[HOUSE-REGEXES] so does every one that is made of texts', async () => {
  const makers = files.filter((file) => /\bRegExp\(/.test(readFileSync(join(SRC, file), 'utf8')));
  expect(makers.toSorted()).toEqual([...MADE, ...OF_ONE, ...JUDGED].toSorted());
  const made: Found[] = [];
  let making = '';
  const own = globalThis.RegExp;
  globalThis.RegExp = new Proxy(own, {
    construct: (target, args: [string, string?]) => {
      made.push({ file: making, pattern: String(args[0]), flags: args[1] ?? '' });
      return new target(...args);
    },
  });
  try {
    // Anew, as other files of this process may have loaded them before.
    for (making of MADE) await import(`${join(SRC, making)}?anew`);
  } finally {
    globalThis.RegExp = own;
  }
  expect(made.length).toBeGreaterThanOrEqual(6);
  const slow = made.filter(isSlow);
  expect(slow).toEqual([]);
}, 600_000);
