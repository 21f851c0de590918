/**
 * One walk over a message: where its members stand, as bare numbers (an end of 0 means absent).
 *
 * `method` may stand behind `params`, so everything that could matter is noted, and chosen from at the end.
 */
import {
  CONNECTION_ID,
  CONNECTION_ID_SNAKE,
  ERROR,
  ID,
  JSONRPC,
  META,
  META_BAGGAGE,
  META_CAPABILITIES,
  META_IDEMPOTENCY,
  META_INFO,
  META_LOG_LEVEL,
  META_SUBSCRIPTION,
  META_TRACEPARENT,
  META_TRACESTATE,
  META_VERSION,
  METHOD,
  NAME,
  PARAMS,
  PROGRESS_TOKEN,
  PROTOCOL,
  REF,
  REQUEST_ID,
  RESULT,
  TYPE,
  URI,
} from './names.ts';
import type { Claims } from './era.ts';
import type { Scanner } from './scanner.ts';
import { broken, OPEN_OBJECT } from './text.ts';

export class Envelope {
  jsonrpcStart = 0;
  jsonrpcEnd = 0;
  idStart = 0;
  idEnd = 0;
  /** The id was written more than once, so which one is meant cannot be told. */
  idDoubled = false;
  methodStart = 0;
  methodEnd = 0;
  paramsStart = 0;
  paramsEnd = 0;
  resultStart = 0;
  resultEnd = 0;
  errorStart = 0;
  errorEnd = 0;
  /** `params.name`, `params.uri`. */
  nameStart = 0;
  nameEnd = 0;
  uriStart = 0;
  uriEnd = 0;
  /** `params._meta`, where it is an object, and whether it is something else. */
  metaStart = 0;
  metaEnd = 0;
  isMetaOdd = false;
  /** `params._meta.progressToken`. */
  metaTokenStart = 0;
  metaTokenEnd = 0;
  /** `params.progressToken`, `params.requestId`. */
  tokenStart = 0;
  tokenEnd = 0;
  requestIdStart = 0;
  requestIdEnd = 0;
  /** `params.ref.type`, `params.ref.name`, `params.ref.uri` (completion). */
  refTypeStart = 0;
  refTypeEnd = 0;
  refNameStart = 0;
  refNameEnd = 0;
  refUriStart = 0;
  refUriEnd = 0;
  /** What `params._meta` says of the message, where it says anything of it. */
  claims: Claims | undefined = undefined;
  /** There are members around the message that say who sent it: see `wrapper.ts`. */
  isWrapped = false;

  /** Walks over the whole text, which must start with `{` at `from`. */
  read(scan: Scanner, from: number, skimOutcome: boolean): void {
    let more = scan.enter(from);
    while (more) {
      const start = scan.at;
      const member = scan.known();
      const isOutcome = member === RESULT || member === ERROR;
      let end: number;
      if (member === PARAMS && scan.byteAt(start) === OPEN_OBJECT) end = this.readParams(scan, start);
      else end = isOutcome && skimOutcome ? scan.skim(start) : scan.value(start);
      if (member !== 0) this.note(member, start, end);
      more = scan.next(end);
    }
    const rest = scan.space(scan.at);
    if (rest !== scan.end) throw broken(scan.bytes, rest);
  }

  private note(member: number, start: number, end: number): void {
    switch (member) {
      case JSONRPC:
        this.jsonrpcStart = start;
        this.jsonrpcEnd = end;
        break;
      case ID:
        this.idDoubled = this.idEnd !== 0;
        this.idStart = start;
        this.idEnd = end;
        break;
      case METHOD:
        this.methodStart = start;
        this.methodEnd = end;
        break;
      case PARAMS:
        this.paramsStart = start;
        this.paramsEnd = end;
        break;
      case RESULT:
        this.resultStart = start;
        this.resultEnd = end;
        break;
      case ERROR:
        this.errorStart = start;
        this.errorEnd = end;
        break;
      case PROTOCOL:
      case CONNECTION_ID:
      case CONNECTION_ID_SNAKE:
        this.isWrapped = true;
        break;
    }
  }

  private readParams(scan: Scanner, from: number): number {
    let more = scan.enter(from);
    while (more) {
      const start = scan.at;
      const member = scan.known();
      let end: number;
      if (member === META && scan.byteAt(start) === OPEN_OBJECT) {
        end = this.readMeta(scan, start);
        this.metaStart = start;
        this.metaEnd = end;
      } else if (member === REF && scan.byteAt(start) === OPEN_OBJECT) end = this.readRef(scan, start);
      else end = scan.value(start);
      if (member !== 0) this.noteParam(member, start, end);
      more = scan.next(end);
    }
    return scan.at;
  }

  private noteParam(member: number, start: number, end: number): void {
    switch (member) {
      case META:
        this.isMetaOdd = this.metaEnd !== end;
        break;
      case NAME:
        this.nameStart = start;
        this.nameEnd = end;
        break;
      case URI:
        this.uriStart = start;
        this.uriEnd = end;
        break;
      case PROGRESS_TOKEN:
        this.tokenStart = start;
        this.tokenEnd = end;
        break;
      case REQUEST_ID:
        this.requestIdStart = start;
        this.requestIdEnd = end;
        break;
    }
  }

  private readRef(scan: Scanner, from: number): number {
    let more = scan.enter(from);
    while (more) {
      const start = scan.at;
      const member = scan.known();
      const end = scan.value(start);
      if (member === TYPE) {
        this.refTypeStart = start;
        this.refTypeEnd = end;
      } else if (member === NAME) {
        this.refNameStart = start;
        this.refNameEnd = end;
      } else if (member === URI) {
        this.refUriStart = start;
        this.refUriEnd = end;
      }
      more = scan.next(end);
    }
    return scan.at;
  }

  private readMeta(scan: Scanner, from: number): number {
    let more = scan.enter(from);
    while (more) {
      const start = scan.at;
      const member = scan.known();
      const end = scan.value(start);
      if (member === PROGRESS_TOKEN) {
        this.metaTokenStart = start;
        this.metaTokenEnd = end;
      } else if (member >= META_VERSION) this.claim(member, start, end);
      more = scan.next(end);
    }
    return scan.at;
  }

  private claim(member: number, start: number, end: number): void {
    this.claims ??= {
      version: ABSENT,
      info: ABSENT,
      capabilities: ABSENT,
      logLevel: ABSENT,
      subscription: ABSENT,
      idempotencyKey: ABSENT,
      traceparent: ABSENT,
      tracestate: ABSENT,
      baggage: ABSENT,
    };
    const field = CLAIMED.get(member);
    if (field) this.claims[field] = { start, end };
  }
}

const ABSENT = { start: 0, end: 0 };

const CLAIMED: ReadonlyMap<number, keyof Claims> = new Map([
  [META_VERSION, 'version'],
  [META_INFO, 'info'],
  [META_CAPABILITIES, 'capabilities'],
  [META_LOG_LEVEL, 'logLevel'],
  [META_SUBSCRIPTION, 'subscription'],
  [META_IDEMPOTENCY, 'idempotencyKey'],
  [META_TRACEPARENT, 'traceparent'],
  [META_TRACESTATE, 'tracestate'],
  [META_BAGGAGE, 'baggage'],
]);
