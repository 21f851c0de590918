/**
 * URI templates (RFC 6570), as far as it matters whose a URI is: whether a template can make it.
 *
 * A template is matched part by part, and what is kept of each part is the set of places where it may end. So
 * nothing is tried twice, and the time is bounded by the length of the URI times the number of parts.
 */

/** A literal text, or an expression by which characters it may put in. */
type Part = string | Expression;

interface Expression {
  /** What stands before its value; empty for none. */
  readonly lead: string;
  /** Whether it may put in nothing at all. */
  readonly isOptional: boolean;
  /** Whether its value may hold any character, or none that ends a segment. */
  readonly isOpen: boolean;
}

export interface UriTemplate {
  readonly source: string;
  readonly parts: readonly Part[];
  /** Characters that stand for themselves: a template with more of them is about fewer URIs. */
  readonly literal: number;
}

/** So many parts and characters are looked at: what is longer is nobody's. */
const MAX_PARTS = 64;
const MAX_LENGTH = 8_192;

/** The operators of RFC 6570 section 2.2, by the character that names them. */
const OPERATORS: Readonly<Record<string, Expression>> = {
  '+': { lead: '', isOptional: true, isOpen: true },
  '#': { lead: '#', isOptional: true, isOpen: true },
  '.': { lead: '.', isOptional: true, isOpen: false },
  '/': { lead: '/', isOptional: true, isOpen: true },
  ';': { lead: ';', isOptional: true, isOpen: false },
  '?': { lead: '?', isOptional: true, isOpen: true },
  '&': { lead: '&', isOptional: true, isOpen: true },
};
const SIMPLE: Expression = { lead: '', isOptional: false, isOpen: false };

/** Undefined for what is no template that can be matched: too long, or with braces that do not close. */
export function templateOf(source: string): UriTemplate | undefined {
  if (source.length > MAX_LENGTH) return undefined;
  const parts: Part[] = [];
  let literal = 0;
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('{', at);
    const text = source.slice(at, open < 0 ? undefined : open);
    if (text !== '') parts.push(text);
    literal += text.length;
    if (open < 0) break;
    const close = source.indexOf('}', open);
    if (close < 0) return undefined;
    parts.push(OPERATORS[source.charAt(open + 1)] ?? SIMPLE);
    at = close + 1;
  }
  return parts.length > MAX_PARTS ? undefined : { source, parts, literal };
}

/** Whether the template can make this URI. */
export function makes(template: UriTemplate, uri: string): boolean {
  const [first] = template.parts;
  if (uri.length > MAX_LENGTH || (typeof first === 'string' && !uri.startsWith(first))) return false;
  let ends = new Uint8Array(uri.length + 1);
  ends[0] = 1;
  for (const part of template.parts) {
    ends = typeof part === 'string' ? afterLiteral(ends, uri, part) : afterExpression(ends, uri, part);
  }
  return ends[uri.length] === 1;
}

function afterLiteral(from: Uint8Array, uri: string, text: string): Uint8Array<ArrayBuffer> {
  const ends = new Uint8Array(from.length);
  for (let at = 0; at + text.length < from.length; at++) {
    if (from[at] === 1 && uri.startsWith(text, at)) ends[at + text.length] = 1;
  }
  return ends;
}

function afterExpression(from: Uint8Array, uri: string, expression: Expression): Uint8Array<ArrayBuffer> {
  const { lead, isOptional, isOpen } = expression;
  const ends = new Uint8Array(from.length);
  let isInside = false;
  for (let at = 0; at < from.length; at++) {
    if (isInside) ends[at] = 1;
    if (from[at] === 1 && isOptional) ends[at] = 1;
    const c = uri.charAt(at);
    const begins = from[at] === 1 && (lead === '' || c === lead);
    if (begins) isInside = lead !== '' || isOpen || !isBoundary(c);
    else if (isInside && !isOpen && isBoundary(c)) isInside = false;
  }
  return ends;
}

/** What a plain value does not hold: it would have been percent-encoded (RFC 6570 section 3.2.1). */
function isBoundary(c: string): boolean {
  return c === '/' || c === '?' || c === '#';
}
