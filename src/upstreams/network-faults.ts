/** What can be wrong with a server over HTTP: a stable word, one sentence, and what to do about it. */
import type { UpstreamFault } from '../engine/ports.ts';
import type { Address } from './network.ts';
import { headerOf, type HttpFailure, type HttpHeaders } from './network-caller.ts';

/** A fault in the making: see `UpstreamFault`. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
  /** Nothing listens where the server was: what it remembered is gone with it. */
  readonly isGone?: boolean;
  /** The server said so itself, and was not about to do it. */
  readonly isFinal?: boolean;
  /** It did not understand; see `UpstreamFault`. */
  readonly isRefusal?: boolean | undefined;
}

/** What the restart of a server, or of a box before it, explains: what was lost by it may be asked for again. */
const PASSING: ReadonlySet<string> = new Set([
  'unreachable',
  'backoff',
  'cut',
  'silent',
  'no-answer',
  'resume-failed',
  'session-lost',
  'busy',
  'bad-gateway',
]);

/** As it is told outside of the drivers. */
export function faultOf({ code, message, retryAfterMs, isFinal, isRefusal }: Trouble): UpstreamFault {
  const isRecoverable = PASSING.has(code) && isFinal !== true;
  return { code, message, retryAfterMs, isRecoverable, ...(isRefusal ? { isRefusal } : {}) };
}

/** No connection, or none any more. */
export function brokenConnection(name: string, address: Address, failure: HttpFailure): Trouble {
  const { code, isUnsent } = failure;
  if (isUnsent) {
    const message = `The server "${name}" cannot be reached at ${address.origin}: ${whyUnreachable(code)} (${code}).`;
    return { code: 'unreachable', message, isGone: code === 'ECONNREFUSED' };
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return { code: 'silent', message: `The server "${name}" stayed silent for too long; raise silenceMs.` };
  }
  if (/^HPE_|^HTTPParser|HEADERS_OVERFLOW$/.test(code)) {
    const message = `What answers for the server "${name}" at ${address.origin} is not HTTP as it should be (${code}); correct its \`url\`.`;
    return { code: 'not-http', message };
  }
  const message = `The server "${name}" broke the connection before it had answered (${code}); look into its log.`;
  return { code: 'cut', message };
}

function whyUnreachable(code: string): string {
  if (code === 'ECONNREFUSED') return 'nothing listens there; start it, or correct its `url`';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name is not known; correct its `url`';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return 'it did not answer in time; check the way there and firewalls';
  }
  if (/CERT|SELF_SIGNED|SIGNATURE|ISSUER|^ERR_TLS/.test(code)) {
    return 'its certificate is not trusted; correct it, or name its authority in NODE_EXTRA_CA_CERTS';
  }
  if (/SSL|EPROTO/.test(code)) return 'it does not speak TLS there; correct its `url`';
  return 'the connection failed';
}

export function tooManyConnections(name: string, max: number): Trouble {
  const message = `The server "${name}" has ${max} requests in flight and as many waiting as may; try again later, or raise maxConnections.`;
  return { code: 'too-many-connections', message, retryAfterMs: 1_000 };
}

export function wrongRedirect(name: string, how: string, address: Address): Trouble {
  const message = `The server "${name}" redirects from ${address.shown} ${how}; set its \`url\` to where it really is.`;
  return { code: 'redirected', message };
}

/** An answer by its status alone. */
export function wrongStatus(name: string, address: Address, status: number, headers: HttpHeaders): Trouble {
  const what = `The server "${name}" answered ${status}`;
  switch (status) {
    case 401:
    case 403:
      return {
        code: 'unauthorized',
        message: `${what}: it, or what stands in front of it, refuses us; check the \`headers\` of its entry, or its \`auth\`.`,
      };
    case 404:
    case 410:
      return {
        code: 'wrong-address',
        message: `${what}: nothing is at ${address.shown}; correct its \`url\`.`,
        isRefusal: true,
      };
    case 405:
      return {
        code: 'wrong-address',
        message: `${what} at ${address.shown}: it does not take this there; correct its \`url\` or its \`type\`.`,
        isRefusal: true,
      };
    case 429:
    case 503: {
      const retryAfterMs = retryAfter(headerOf(headers, 'retry-after'));
      return {
        code: 'busy',
        message: `${what}: it takes no more for now; try again later.`,
        retryAfterMs,
        // RFC 6585 section 4: who asks too often is not helped by asking again.
        isFinal: status === 429,
      };
    }
    case 502:
    case 504:
      return {
        code: 'bad-gateway',
        message: `${what}: what stands in front of it cannot reach it; try again later.`,
      };
    case 508:
      return {
        code: 'loop',
        message: `${what}: requests to it come back to where they were; correct its \`url\`.`,
      };
    default:
      return {
        code: 'http-status',
        message: `${what}; look into its log.`,
        isRefusal: status >= 400 && status < 500 && status !== 408,
      };
  }
}

/** RFC 9110 section 10.2.3, in seconds; a date is not worth its trouble. */
function retryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,5}$/.test(value) ? Number(value) * 1_000 : undefined;
}

/** An answer by its type. */
export function wrongType(name: string, address: Address, headers: HttpHeaders): Trouble {
  const encoding = encodingOf(headers);
  if (encoding !== undefined) {
    const message = `The server "${name}" compressed its answer (${told(encoding)}), which it was asked not to; have it, or what stands in front of it, leave answers as they are.`;
    return { code: 'compressed', message };
  }
  const type = typeOf(headers);
  const what = type === 'text/html' ? 'a web page' : type === '' ? 'something without a type' : told(type);
  const message = `The server "${name}" answered with ${what} instead of a message; check that ${address.shown} is where it speaks MCP.`;
  return { code: 'not-mcp', message };
}

export function noAnswer(name: string, how: string): Trouble {
  return {
    code: 'no-answer',
    message: `The server "${name}" ${how} without having answered; look into its log.`,
  };
}

/** The stream of a call was cut, and cannot be taken up. */
export function resumeFailed(name: string, status: number): Trouble {
  const message = `The server "${name}" broke the stream of a call and does not let it be taken up again (${status}); look into its log.`;
  return { code: 'resume-failed', message };
}

export function sessionLost(name: string): Trouble {
  const message = `The server "${name}" does not know its session any more.`;
  return { code: 'session-lost', message };
}

/** The media type, in lower case, without parameters; empty when it is none. */
export function typeOf(headers: HttpHeaders): string {
  const type = headerOf(headers, 'content-type') ?? '';
  const end = type.indexOf(';');
  return (end < 0 ? type : type.slice(0, end)).trim().toLowerCase();
}

/** Whether a body is JSON, by its type (RFC 6839 section 3.1). */
export function isJson(headers: HttpHeaders): boolean {
  const type = typeOf(headers);
  return type === 'application/json' || /^(?:application|text)\/(?:json|json-rpc|[\w.-]+\+json)$/.test(type);
}

/** How the body is compressed; undefined when it is not. */
export function encodingOf(headers: HttpHeaders): string | undefined {
  const encoding = headerOf(headers, 'content-encoding')?.trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** A word of the server's, as far as it may be told. */
function told(word: string): string {
  return /^[a-z0-9!#$&^_.+-]{1,60}(?:\/[a-z0-9!#$&^_.+-]{1,60})?$/.test(word)
    ? `"${word}"`
    : 'an unknown kind';
}
