/**
 * A JSONC file as a tree that knows where each value stands.
 *
 * JSONC is JSON with comments and trailing commas (as editors read `settings.json`). A member written twice
 * is refused: one of the two would silently win.
 */
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { ConfigError, type Problem, pathText } from './problems.ts';

export type Path = readonly (string | number)[];

/** Turns the text of a string into the value to use; `node` tells where it stands. */
export type StringReader = (text: string, node: Node, path: Path) => string;

export class Document {
  readonly file: string;
  readonly root: Node;
  readonly #text: string;
  readonly #lineStarts: readonly number[];

  private constructor(file: string, text: string, lineStarts: readonly number[], root: Node) {
    this.file = file;
    this.root = root;
    this.#text = text;
    this.#lineStarts = lineStarts;
  }

  /**
   * Reads the text of a file whose top level is an object.
   * @param file how to call it in errors
   * @throws ConfigError with every syntax error (the first of each line) or every doubled member
   */
  static parse(text: string, file: string): Document {
    const body = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
    const lineStarts = startsOfLines(body);
    const errors: ParseError[] = [];
    const root = tree(body, file, errors);
    if (root === undefined && body.trim() === '') {
      throw new ConfigError([
        { where: file, path: '', message: 'the file is empty; write at least { "mcpServers": { } }.' },
      ]);
    }
    const problems = syntaxProblems(errors, file, lineStarts);
    if (problems.length > 0 || root === undefined) throw new ConfigError(problems);
    const document = new Document(file, body, lineStarts, root);
    document.#refuseWrongShape();
    return document;
  }

  /** The node at a path, if there is one. */
  find(path: Path): Node | undefined {
    return findNodeAtLocation(this.root, [...path]);
  }

  /** The member's name at a path (for list elements and the root: the value). */
  keyOf(path: Path): Node | undefined {
    const node = this.find(path);
    return node?.parent?.type === 'property' ? node.parent.children?.[0] : node;
  }

  /** The names of the members of an object node, in the order of the file. */
  names(node: Node | undefined): string[] {
    if (node?.type !== 'object') return [];
    return (node.children ?? []).map((property) => String(property.children?.[0]?.value));
  }

  /** The raw text of a node, quotes included. */
  raw(node: Node): string {
    return this.#text.slice(node.offset, node.offset + node.length);
  }

  /** A problem that stands at a node, or `shift` characters into it. */
  problem(node: Node | undefined, path: Path, message: string, shift = 0): Problem {
    const place = placeAt(this.#lineStarts, (node ?? this.root).offset + shift);
    return {
      where: `${this.file}:${place.line}:${place.column}`,
      ...place,
      path: pathText(path),
      message,
    };
  }

  /** A node as plain values; strings go through `read`. */
  value(node: Node, path: Path = [], read?: StringReader): unknown {
    if (node.type === 'array') {
      return (node.children ?? []).map((child, index) => this.value(child, [...path, index], read));
    }
    if (node.type === 'object') {
      const object: Record<string, unknown> = {};
      for (const property of node.children ?? []) {
        const [key, child] = property.children ?? [];
        if (!key || !child) continue;
        object[String(key.value)] = this.value(child, [...path, String(key.value)], read);
      }
      return object;
    }
    if (node.type === 'string' && read) return read(String(node.value), node, path);
    return node.value;
  }

  #refuseWrongShape(): void {
    const problems: Problem[] = [];
    if (this.root.type !== 'object') {
      problems.push(this.problem(this.root, [], 'the file must hold an object { … } with "mcpServers".'));
    }
    this.#refuseDoubled(this.root, [], problems);
    if (problems.length > 0) throw new ConfigError(problems);
  }

  #refuseDoubled(node: Node, path: Path, problems: Problem[]): void {
    if (node.type === 'array') {
      (node.children ?? []).forEach((child, index) => this.#refuseDoubled(child, [...path, index], problems));
    }
    if (node.type !== 'object') return;
    const first = new Map<string, Node>();
    for (const property of node.children ?? []) {
      const [key, child] = property.children ?? [];
      if (!key || !child) continue;
      const name = String(key.value);
      const here = [...path, name];
      const earlier = first.get(name);
      if (earlier) {
        const { line } = placeAt(this.#lineStarts, earlier.offset);
        const message = `${pathText(here)} is written twice (first on line ${line}); keep one of the two.`;
        problems.push(this.problem(key, here, message));
      } else if (name === '__proto__') {
        problems.push(this.problem(key, here, `${pathText(here)} is not allowed as a name; choose another.`));
      }
      first.set(name, key);
      this.#refuseDoubled(child, here, problems);
    }
  }
}

function tree(text: string, file: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = 'the file nests arrays and objects too deeply to be read; nest fewer.';
    throw new ConfigError([{ where: file, path: '', message }]);
  }
}

const SYNTAX: Record<string, string> = {
  InvalidSymbol: 'this is no JSON value; put text in double quotes',
  InvalidNumberFormat: 'this number is malformed',
  PropertyNameExpected: 'a name in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon ":" is expected here',
  CommaExpected: 'a comma "," is missing before this',
  CloseBraceExpected: 'a closing brace "}" is missing',
  CloseBracketExpected: 'a closing bracket "]" is missing',
  EndOfFileExpected: 'the file should end here; remove what follows',
  InvalidCommentToken: 'this comment is malformed; write // or /* … */',
  UnexpectedEndOfComment: 'a comment is not closed; end it with */',
  UnexpectedEndOfString: 'a text is not closed; end it with a double quote',
  UnexpectedEndOfNumber: 'a number is not finished',
  InvalidUnicode: 'this \\u escape is malformed; write four hexadecimal digits',
  InvalidEscapeCharacter: 'this escape is unknown; write a plain backslash as \\\\',
  InvalidCharacter: 'a control character stands in a text; write it as an escape like \\n',
};

/** One mistake makes a tolerant parser stumble several times on a line: the first of each line is told. */
function syntaxProblems(
  errors: readonly ParseError[],
  file: string,
  lineStarts: readonly number[],
): Problem[] {
  const problems: Problem[] = [];
  const lines = new Set<number>();
  for (const error of errors) {
    const place = placeAt(lineStarts, error.offset);
    if (lines.has(place.line)) continue;
    lines.add(place.line);
    const name = printParseErrorCode(error.error);
    const message = `${SYNTAX[name] ?? `the JSON is malformed (${name})`}.`;
    problems.push({ where: `${file}:${place.line}:${place.column}`, ...place, path: '', message });
  }
  return problems;
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function placeAt(lineStarts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}
