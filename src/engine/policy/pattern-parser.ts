/**
 * Regular expressions of schemas, read so that they can be matched without ever trying twice.
 *
 * Source: ECMA-262, Patterns, in Unicode mode, or without where a pattern is none there. References back and looks behind
 * are not known here.
 */

/** Whether one character (a code point) fits. */
export type CharTest = (code: number) => boolean;

export type Node =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'seq' | 'alt'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }
  | { readonly kind: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly kind: 'look'; readonly node: Node; readonly isNot: boolean };

/** A pattern that is none, or that cannot be matched in bounded time. */
export class PatternError extends Error {}

/** Longer ones nobody writes. */
const LONGEST = 4_096;

/** @throws PatternError */
export function parsePattern(source: string): Node {
  if (source.length > LONGEST) throw new PatternError('is too long');
  const flags = isPattern(source, 'u') ? 'u' : '';
  if (flags === '' && !isPattern(source, '')) throw new PatternError('is no regular expression');
  return new Parser(source, flags).whole();
}

function isPattern(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/;
/** What one escape spans; that of a pair of surrogates counts as one character. */
const ESCAPE =
  /^\\(?:u\{[\dA-Fa-f]+\}|u[Dd][89ABab][\dA-Fa-f]{2}\\u[Dd][C-Fc-f][\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^])/;
const CLASS = /^\[(?:\\[^]|[^\]\\])*\]/;

class Parser {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
  }

  whole(): Node {
    const node = this.#alternatives();
    if (this.#at < this.#source.length) throw new PatternError('is not balanced');
    return node;
  }

  get #rest(): string {
    return this.#source.slice(this.#at);
  }

  get #next(): string {
    return this.#source.charAt(this.#at);
  }

  #alternatives(): Node {
    const nodes = [this.#sequence()];
    while (this.#next === '|') {
      this.#at++;
      nodes.push(this.#sequence());
    }
    return nodes.length === 1 ? (nodes[0] as Node) : { kind: 'alt', nodes };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#source.length && this.#next !== '|' && this.#next !== ')')
      nodes.push(this.#quantified(this.#term()));
    return { kind: 'seq', nodes };
  }

  #quantified(node: Node): Node {
    const [text, least, range, most] = QUANTIFIER.exec(this.#rest) ?? [];
    if (text === undefined) return node;
    this.#at += text.length;
    if (least === undefined) {
      const min = text.startsWith('+') ? 1 : 0;
      return { kind: 'repeat', node, min, max: text.startsWith('?') ? 1 : Infinity };
    }
    const min = Number(least);
    const max = range === undefined ? min : most === '' || most === undefined ? Infinity : Number(most);
    return { kind: 'repeat', node, min, max };
  }

  #term(): Node {
    switch (this.#next) {
      case '^':
        return this.#took(1, { kind: 'start' });
      case '$':
        return this.#took(1, { kind: 'end' });
      case '(':
        return this.#group();
      case '[':
        return this.#set(CLASS.exec(this.#rest)?.[0]);
      case '\\':
        return this.#escape();
      case '.':
        return this.#set('.');
      default:
        return this.#literal();
    }
  }

  #group(): Node {
    const [text, kind] = /^\((?:\?(:|=|!|<(?![=!])[^>]*>|[^]*))?/.exec(this.#rest) ?? ['('];
    const isPlain = kind === undefined || kind === ':' || kind.startsWith('<');
    if (!isPlain && kind !== '=' && kind !== '!')
      throw new PatternError('looks back, or changes its own flags');
    this.#at += text.length;
    const node = this.#alternatives();
    if (this.#next !== ')') throw new PatternError('is not balanced');
    this.#at++;
    return isPlain ? node : { kind: 'look', node, isNot: kind === '!' };
  }

  #escape(): Node {
    const text = ESCAPE.exec(this.#rest)?.[0];
    if (text === undefined || /^\\[1-9k]/.test(text))
      throw new PatternError('refers back to what it matched');
    if (text === '\\b') return this.#took(2, { kind: 'edge' });
    if (text === '\\B') return this.#took(2, { kind: 'inside' });
    return this.#set(text);
  }

  #literal(): Node {
    const code =
      (this.#flags === 'u' ? this.#source.codePointAt(this.#at) : this.#source.charCodeAt(this.#at)) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    return { kind: 'char', test: (other) => other === code };
  }

  /** One character out of several, as the engine of the language reads it: of a single one it has nothing to try. */
  #set(text: string | undefined): Node {
    if (text === undefined) throw new PatternError('is not balanced');
    this.#at += text.length;
    const pattern = new RegExp(`^${text}$`, this.#flags);
    const known = new Uint8Array(128);
    const fits = (code: number): boolean => pattern.test(String.fromCodePoint(code));
    const test = (code: number): boolean => {
      if (code >= 128) return fits(code);
      if (known[code] === 0) known[code] = fits(code) ? 2 : 1;
      return known[code] === 2;
    };
    return { kind: 'char', test };
  }

  #took(length: number, node: Node): Node {
    this.#at += length;
    return node;
  }
}
