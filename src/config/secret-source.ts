/**
 * `${file:…}` and `${command:…}`: texts that stand in no configuration and no environment.
 *
 * Pure: what a configuration wants is told first, had by whoever may read files and run commands, and handed in.
 */

/** The text, or why there is none: the rest of a sentence, without anything of what was read. */
export type Fetched = { readonly text: string } | { readonly fault: string };

/** Tells what a source says. @param token as it is written */
export type SecretLookup = (token: string, source: SecretSource) => Fetched;

/** Where nobody may read files or run commands. */
export const noSecrets: SecretLookup = () => ({ fault: 'cannot be had here' });

export type SecretSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] };

const FORM = /^\$\{(file|command):([^}]*)\}$/;

/** What a token asks for; undefined where it is none of these, a sentence where it cannot be understood. */
export function sourceOf(token: string): SecretSource | { readonly fault: string } | undefined {
  const [, kind, rest = ''] = FORM.exec(token) ?? [];
  if (kind === undefined) return undefined;
  if (kind === 'file') {
    const path = rest.trim();
    return path === '' ? { fault: 'names no file; write ${file:/run/secrets/name}' } : { kind, path };
  }
  const argv = argvOf(rest);
  if (argv === undefined) return { fault: 'has a quote that is not closed; close it' };
  const [program, ...args] = argv;
  if (program === undefined || program === '')
    return { fault: 'names no command; write ${command:program argument}' };
  return { kind: 'command', argv: [program, ...args] };
}

/**
 * The words of a command: divided by white space; what stands in quotes, single or double, is one word or a part of one.
 * Nothing else has a meaning: no escapes, no variables, no pipes. Undefined where a quote is not closed.
 */
export function argvOf(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const character of line) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}
