/**
 * The trace that a request belongs to, as texts: `traceparent`, `tracestate`, `baggage`.
 *
 * What is not in order counts as absent; nothing of it is passed on. Reading is linear in the length, and what is longer than
 * it may be is not read.
 *
 * Source: W3C Trace Context (section 3), W3C Baggage (section 3).
 */

/** As it goes on to whoever is asked next; every text is printable ASCII, and fit for a header. */
export interface TraceTexts {
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
  readonly baggage?: string | undefined;
}

/** As it came, not checked. */
export interface TraceHead {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  readonly baggage?: string | undefined;
  /** Who wrote it got the request from whoever `_meta` names: another node, that carried it here. */
  readonly isNearer?: boolean;
}

/** A `traceparent` in order. */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Version, trace, span, flags; the texts of later versions may be longer. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const LENGTH = 55;
/** No version is known that needs more; what is longer is nobody's honest text. */
const LONGEST = 128;
const SAMPLED = 1;

export function readTraceparent(text: string | undefined): TraceParent | undefined {
  if (text === undefined || text.length < LENGTH || text.length > LONGEST) return undefined;
  const found = TRACEPARENT.exec(text);
  if (!found) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', rest] = found;
  if (version === '00' && rest !== undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

export function traceparentOf(traceId: string, spanId: string, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** Vendors must pass on so many characters; what has more may be left out as a whole. */
const STATE_LENGTH = 512;
const STATE_MEMBERS = 32;
const STATE_MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** The text where it is a list in order; else nothing. */
export function readTracestate(text: string | undefined): string | undefined {
  if (text === undefined || text.length > STATE_LENGTH) return undefined;
  const members = text.split(',').map((member) => member.replace(/^[ \t]+/, '').trimEnd());
  const named = members.filter((member) => member !== '');
  if (named.length === 0 || named.length > STATE_MEMBERS) return undefined;
  const keys = new Set(named.map((member) => member.slice(0, member.indexOf('='))));
  return keys.size === named.length && named.every((member) => STATE_MEMBER.test(member)) ? text : undefined;
}

const BAGGAGE_LENGTH = 8_192;
const BAGGAGE_MEMBERS = 64;
/** `key=value;property` without quotes, backslashes and controls. */
const BAGGAGE_MEMBER = /^[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*=[ \t\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]*$/;

/** The text where it is a list in order; else nothing. */
export function readBaggage(text: string | undefined): string | undefined {
  if (text === undefined || text.length > BAGGAGE_LENGTH) return undefined;
  const members = text.split(',', BAGGAGE_MEMBERS + 1);
  if (members.length > BAGGAGE_MEMBERS) return undefined;
  return members.every((member) => BAGGAGE_MEMBER.test(member)) ? text : undefined;
}
