/** What callers may use, as a library user says it: a word that is not known would leave open what it was to close. */

const PATTERNS = ['servers', 'tools', 'prompts', 'resources'];
const FLAGS = ['readOnly', 'checkArguments'];

/** @throws TypeError with one sentence that says what to do */
export function checkPolicy(what: string, policy: unknown): void {
  if (policy === undefined) return;
  if (!isObject(policy)) throw new TypeError(`${what} must be an object, like { tools: ["files/read_*"] }.`);
  for (const [name, value] of Object.entries(policy)) {
    if (PATTERNS.includes(name)) checkPatterns(`${what}: \`${name}\``, name, value);
    else if (FLAGS.includes(name)) checkFlag(`${what}: \`${name}\``, value);
    else
      throw new TypeError(
        `${what}: \`${name}\` is not known; there are ${[...PATTERNS, ...FLAGS].join(', ')}.`,
      );
  }
}

/** @throws TypeError for anything but true and false */
export function checkFlag(what: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new TypeError(`${what} is ${JSON.stringify(value)}: give true or false, or leave it out.`);
}

function checkPatterns(what: string, kind: string, given: unknown): void {
  if (given === undefined) return;
  if (Array.isArray(given)) return checkList(what, kind, given);
  if (!isObject(given))
    throw new TypeError(`${what} must be a list of patterns, or an object { allow, deny }.`);
  for (const [name, list] of Object.entries(given)) {
    if (name !== 'allow' && name !== 'deny')
      throw new TypeError(`${what}.${name} is not known; there are allow, deny.`);
    if (list !== undefined) checkList(`${what}.${name}`, kind, list);
  }
}

function checkList(what: string, kind: string, list: unknown): void {
  if (!Array.isArray(list) || !list.every((each) => typeof each === 'string'))
    throw new TypeError(`${what} must be a list of patterns, like ["read_*"].`);
  if (kind === 'servers') return;
  const bare = list.find((each) => each !== '*' && !/^[^/]+\/[^]+$/.test(each));
  if (bare !== undefined)
    throw new TypeError(`${what} has ${JSON.stringify(bare)}: name the server, too, like "files/read_*".`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
