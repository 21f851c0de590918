/**
 * A request as it is carried: what legs, dialects and servers read of it, and what the guard found out. What its caller
 * proved itself with stays where it was shown; headers that a server is to be sent travel sealed.
 */
import type { Verdict } from '../../access/limits.ts';
import { SUBJECT } from '../../engine/forwarded.ts';
import type { Seal } from '../../engine/ports-era.ts';
import { type ErrorWord, ProtocolError } from '../../protocol/errors.ts';
import { LOOP_HEADER } from '../../protocol/loop.ts';
import type { TraceTexts } from '../../protocol/trace-context.ts';
import type { ServerVisit } from '../http/front.ts';
import { refuse } from '../http/replies.ts';
import type { CarriedFacts } from '../http/carried.ts';
import { NEARER } from '../http/trace.ts';
import { CarriedRequest } from './carried-request.ts';
import { BODY, type Frame, type Parts } from './frames.ts';
import { toldOf } from './told-callers.ts';

/** Headers that are read once a request is let in, beside all that begin with `mcp-`. */
const READ: readonly string[] = [
  'accept',
  'content-type',
  'last-event-id',
  'x-session-id',
  'idempotency-key',
  'host',
  'origin',
  'user-agent',
  LOOP_HEADER,
];

/** Not of use to a node that does not trace, and few have them. */
const TRACE = ['traceparent', 'tracestate', 'baggage'] as const;

/** What could not be read of a body. */
export interface BodyFault {
  readonly word: ErrorWord;
  readonly message: string;
}

const FIXED = 12;

/** The bytes of a request; or what was wrong with them, to be told by its owner; undefined where its client is gone. */
export async function bodyOf(visit: ServerVisit): Promise<Uint8Array | BodyFault | undefined> {
  const { request, responder, front } = visit;
  try {
    return await request.body(front.gateway.context.settings.read.bytes, front.bodyMs);
  } catch (error) {
    if (error instanceof ProtocolError) return { word: error.word, message: error.message };
    refuse(responder, 'internal_error', 'The body could not be read.');
  }
}

/** Where it goes, and what that takes. */
export interface Asking {
  readonly to: string;
  readonly seal: Seal | undefined;
  /** Its bytes count already. */
  readonly isCounted: boolean;
  /** In place of what its head says of a trace. */
  readonly trace: TraceTexts | undefined;
}

export function askOf(
  visit: ServerVisit,
  body: Uint8Array | BodyFault | undefined,
  { seal, to, isCounted, trace }: Asking,
): Parts {
  const { request, mount, site, caller, principal, address, read, carried } = visit;
  const fault = body instanceof Uint8Array ? undefined : body;
  const texts = [
    request.method,
    request.path,
    request.query,
    request.scheme ?? '',
    address,
    mount.name,
    mount.key ?? '',
    principal,
    toldOf(site, caller),
    fault ? JSON.stringify(fault) : '',
    mount.forwardHeaders.length > 0 ? sealedOf(visit, seal, to) : '',
    isCounted ? (read?.isRefused ? JSON.stringify(read) : 'counted') : '',
  ];
  for (const name of READ) {
    const value = request.header(name);
    if (value !== undefined) texts.push(name, value);
  }
  for (const [name, value] of request.mcpHeaders()) texts.push(name, value);
  for (const name of TRACE) {
    const value = trace ? trace[name] : request.header(name);
    if (value !== undefined) texts.push(name, value);
  }
  if (trace) texts.push(NEARER, '');
  const state = fault ? BODY.fault : body ? BODY.whole : BODY.none;
  return {
    small: (carried?.hops ?? 0) + 1,
    word: state,
    texts,
    bytes: body instanceof Uint8Array ? body : undefined,
  };
}

/** @throws Error for what no node tells */
export function askedBy(frame: Frame, seal: Seal | undefined, to: string): CarriedFacts {
  const { texts, small: hops, word, bytes } = frame;
  const text = (at: number): string => texts[at] ?? '';
  const headers: (readonly [string, string])[] = [];
  for (let at = FIXED; at + 1 < texts.length; at += 2) headers.push([text(at), text(at + 1)]);
  const fault = text(9);
  const counted = text(11);
  const secrets = openedBy(text(10), seal, to);
  return {
    request: new CarriedRequest(
      {
        method: text(0),
        path: text(1),
        query: text(2),
        scheme: text(3),
        headers,
        forwarded: secrets.headers,
      },
      word === BODY.fault ? (JSON.parse(fault) as BodyFault) : bytes,
    ),
    address: text(4),
    mount: text(5),
    key: text(6),
    principal: text(7),
    caller: text(8),
    subject: secrets.subject,
    hops,
    isCounted: counted !== '',
    read: counted.startsWith('{') ? (JSON.parse(counted) as Verdict) : undefined,
  };
}

/** What is for the server alone, and for nobody who reads the bus. */
interface Secrets {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly subject?: CarriedFacts['subject'];
}

const NO_SECRETS: Secrets = { headers: [] };

function sealedOf({ mount, request, caller }: ServerVisit, seal: Seal | undefined, to: string): string {
  const headers: [string, string][] = [];
  for (const name of mount.forwardHeaders) {
    const value = request.header(name);
    if (value !== undefined) headers.push([name, value]);
  }
  const { key, token = '' } = (mount.forwardHeaders.includes(SUBJECT) ? caller.subject : undefined) ?? {};
  if (headers.length === 0 && key === undefined) return '';
  const secrets: Secrets = key === undefined ? { headers } : { headers, subject: { key, token } };
  return seal?.seal(encoder.encode(JSON.stringify(secrets)), contextOf(to)) ?? '';
}

function openedBy(text: string, seal: Seal | undefined, to: string): Secrets {
  const opened = text === '' ? undefined : seal?.open(text, contextOf(to));
  return opened ? (JSON.parse(decoder.decode(opened)) as Secrets) : NO_SECRETS;
}

function contextOf(to: string): string {
  return `carried to ${to}`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
