/** The `curl` lines of a README, played as curl would: its headers, its method, its body. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Reply, send } from '../support/raw.ts';
import { ROOT } from './gateway.ts';

/** What curl sends of its own accord. */
const OWN_HEADERS = { 'user-agent': 'curl/8.5.0', accept: '*/*' };

export type Variables = Readonly<Record<string, string>>;

/** One command, its words still with the names of variables. */
export interface CurlLine {
  readonly text: string;
  /** Sends it to the gateway at `origin`, whatever the line says, with the values of its variables. */
  play(origin: string, variables?: Variables): Promise<Reply>;
}

/** The code blocks of one language in the README of an example, in order. */
export function blocks(example: string, language: string): string[] {
  const text = readFileSync(join(ROOT, 'examples', example, 'README.md'), 'utf8');
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...text.matchAll(fence)].map(([, block = '']) => block);
}

/**
 * All commands of a README that begin with `curl`, in order, under these names.
 * @throws Error when there are more or fewer: then the README shows something that no test plays
 */
export function curlLines<N extends string>(example: string, names: readonly N[]): Record<N, CurlLine> {
  const lines = allLines(example);
  if (lines.length !== names.length) {
    throw new Error(`The README of ${example} has ${lines.length} curl lines, not ${names.length}.`);
  }
  return Object.fromEntries(names.map((name, at) => [name, lines[at]])) as Record<N, CurlLine>;
}

function allLines(example: string): CurlLine[] {
  return blocks(example, 'sh').flatMap((block) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => /^curl\s/.test(line))
      .map((text) => ({ text, play: (origin, variables = {}) => play(text, origin, variables) })),
  );
}

function play(text: string, origin: string, variables: Variables): Promise<Reply> {
  const headers: Record<string, string> = { ...OWN_HEADERS };
  let method: string | undefined;
  let body: string | undefined;
  let url = '';
  const words = shellWords(text, variables).slice(1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const next = () => words[++at] ?? '';
    if (word === '-X') method = next();
    else if (word === '-I') method = 'HEAD';
    else if (word === '-d') body = next();
    else if (word === '-H') {
      const [name = '', ...value] = next().split(':');
      headers[name.toLowerCase()] = value.join(':').trim();
    } else if (/^-[sNi]+$/.test(word)) continue;
    else if (word.startsWith('-')) throw new Error(`This test knows no curl option ${word}.`);
    else url = word;
  }
  const type = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  return send(origin + url.replace(/^https?:\/\/[^/]+/, ''), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: body === undefined ? headers : type,
    ...(body === undefined ? {} : { body }),
    alone: true,
  });
}

/** Splits a line as a POSIX shell does, as far as quotes and `$NAME` go. */
export function shellWords(line: string, variables: Variables): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const piece = /'([^']*)'|"((?:\\.|[^"\\])*)"|\$(\w+)|\\(.)|(\s+)|([^\s'"$\\]+)/gy;
  const valueOf = (name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`The line uses $${name}, which is not set: ${line}`);
    return value;
  };
  let end = 0;
  for (const [whole, single, double, name, escaped, space, bare] of line.matchAll(piece)) {
    end += whole.length;
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const inner = double?.replace(/\\(.)|\$(\w+)/g, (_all, char?: string, known?: string) =>
      known === undefined ? (char as string) : valueOf(known),
    );
    word =
      (word ?? '') + (single ?? inner ?? (name === undefined ? undefined : valueOf(name)) ?? escaped ?? bare);
  }
  if (end !== line.length) throw new Error(`This test cannot read: ${line.slice(end)}`);
  if (word !== undefined) words.push(word);
  return words;
}
