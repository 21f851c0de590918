/** What a library user said of merging servers and of what is offered of them, checked. */
import { checkFlag } from './check-policy.ts';

/** @throws TypeError with one sentence that says what to do */
export function checkMerge(what: string, merge: unknown): void {
  if (merge === undefined) return;
  if (!isObject(merge)) throw new TypeError(`${what} must be an object, like { names: 'always' }.`);
  const { names, waitMs, down, ahead } = merge;
  if (ahead !== undefined && typeof ahead !== 'boolean')
    throw new TypeError(`${what}.ahead is ${JSON.stringify(ahead)}: give true or false.`);
  oneOf(`${what}.names`, names, ['collisions', 'always']);
  oneOf(`${what}.down`, down, ['keep', 'hide']);
  if (waitMs !== undefined && !(typeof waitMs === 'number' && waitMs >= 0 && waitMs <= LONGEST_MS))
    throw new TypeError(
      `${what}.waitMs is ${JSON.stringify(waitMs)}: give milliseconds from 0 to ${LONGEST_MS}.`,
    );
}

/** A client does not wait longer for a list. */
const LONGEST_MS = 60_000;

/** @throws TypeError with one sentence that says what to do */
export function checkOffer(server: string, offer: unknown): void {
  const what = `\`offer\` of the server "${server}"`;
  if (offer === undefined) return;
  if (!isObject(offer))
    throw new TypeError(`${what} must be an object, like { tools: { hide: ["delete_*"] } }.`);
  for (const [kind, given] of Object.entries(offer)) {
    const told = `${what}: \`${kind}\``;
    if (kind === 'readOnly' || kind === 'checkArguments') checkFlag(told, given);
    else checkKind(told, kind, given);
  }
}

const LISTS = ['include', 'hide'];
const RECORDS = ['rename', 'descriptions'];

function checkKind(what: string, kind: string, given: unknown): void {
  if (!['tools', 'prompts', 'resources'].includes(kind))
    throw new TypeError(
      `${what} is not known; there are tools, prompts, resources, readOnly and checkArguments.`,
    );
  if (given === undefined) return;
  if (!isObject(given)) throw new TypeError(`${what} must be an object, like { hide: ["delete_*"] }.`);
  const records = kind === 'resources' ? [] : RECORDS;
  for (const [member, value] of Object.entries(given)) {
    if (LISTS.includes(member)) checkPatterns(`${what}.${member}`, value);
    else if (records.includes(member)) checkTexts(`${what}.${member}`, value);
    else
      throw new TypeError(`${what}.${member} is not known; there are ${[...LISTS, ...records].join(', ')}.`);
  }
  const renamed = Object.values(given['rename'] ?? {}) as string[];
  const twice = renamed.find((name, at) => renamed.indexOf(name) !== at);
  if (twice !== undefined)
    throw new TypeError(`${what}.rename gives the name ${JSON.stringify(twice)} to two.`);
}

function checkPatterns(what: string, value: unknown): void {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw new TypeError(`${what} must be a list of patterns, like ["read_*"].`);
}

function checkTexts(what: string, value: unknown): void {
  if (!isObject(value) || !Object.values(value).every((each) => typeof each === 'string'))
    throw new TypeError(`${what} must be an object of texts by the own names, like { "find": "search" }.`);
}

function oneOf(what: string, value: unknown, known: readonly string[]): void {
  if (value === undefined || known.some((each) => each === value)) return;
  throw new TypeError(`${what} is ${JSON.stringify(value)}; there are ${known.join(', ')}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
