/**
 * What an operator asks of another node, and how that node answers: nothing of an answer that comes over what nodes share is
 * taken but data.
 *
 * Guarantees: no such answer sets a cookie, leads elsewhere or is a page; what does something is told of here, too; a feed
 * ends with the session of whoever opened it.
 */
import type { Bytes, CloseReason, Connection, Responder } from '../../engine/ports.ts';
import { joined } from '../../engine/bytes.ts';
import type { Visit } from '../http/front.ts';
import { TOLD_HEAD } from '../http/replies.ts';
import { seenAs } from '../http/request.ts';
import { tellAct } from './group.ts';

/** A visit as it is sent to another node. @param isIn whether whoever asks may still see anything */
export function sentTo(visit: Visit, node: string, isIn: () => boolean): Visit {
  const query = new URLSearchParams(visit.request.query);
  query.delete('node');
  const request = seenAs(visit.request, { query: query.toString() });
  const isLook = request.method === 'GET' || request.method === 'HEAD';
  const tell = (outcome: string) =>
    tellAct({ visit }, 'nodes.ask', `${node} ${request.method} ${request.path}`, outcome);
  return { ...visit, request, responder: new FarAnswer(visit.responder, isIn, isLook ? undefined : tell) };
}

const KINDS = /^(?:application\/(?:json|x-ndjson)|text\/event-stream)(?:;|$)/;
const KEPT: ReadonlySet<string> = new Set(['retry-after', 'x-accel-buffering']);
const FILE = /^attachment; filename="[\w.-]{1,64}"$/;
const MOST_STATUS = 599;

class FarAnswer implements Responder {
  readonly #inner: Responder;
  readonly #isIn: () => boolean;
  readonly #tell: ((outcome: string) => void) | undefined;

  constructor(inner: Responder, isIn: () => boolean, tell: ((outcome: string) => void) | undefined) {
    this.#inner = inner;
    this.#isIn = isIn;
    this.#tell = tell;
  }

  reply(status: number, headers: Record<string, string>, body?: Bytes): void {
    if (this.#inner.isDone) return;
    this.#tell?.(outcomeOf(status, body));
    this.#inner.reply(statusOf(status), headOf(headers), body);
  }

  stream(status: number, headers: Record<string, string>, first?: Uint8Array): Connection {
    return new FarFeed(this.#inner.stream(statusOf(status), headOf(headers), first), this.#isIn);
  }

  get isDone(): boolean {
    return this.#inner.isDone;
  }

  get queued(): number {
    return this.#inner.queued ?? 0;
  }

  get onAborted(): (() => void) | undefined {
    return this.#inner.onAborted;
  }

  /** What was to be done may be done all the same. */
  set onAborted(listener: (() => void) | undefined) {
    this.#inner.onAborted =
      listener &&
      (() => {
        this.#tell?.('no_answer');
        listener();
      });
  }

  get onTaken(): (() => void) | undefined {
    return this.#inner.onTaken;
  }

  set onTaken(listener: (() => void) | undefined) {
    this.#inner.onTaken = listener;
  }

  cut(): void {
    this.#inner.cut?.();
  }
}

/** Looked at with each thing that is said: nothing is shown to one who signed out. */
class FarFeed implements Connection {
  readonly #inner: Connection;
  readonly #isIn: () => boolean;

  constructor(inner: Connection, isIn: () => boolean) {
    this.#inner = inner;
    this.#isIn = isIn;
  }

  write(bytes: Bytes): boolean {
    if (this.#isIn()) return this.#inner.write(bytes);
    const { onClosed } = this.#inner;
    this.#inner.close('expired');
    onClosed?.();
    return true;
  }

  get queued(): number {
    return this.#inner.queued;
  }

  get backlog(): number {
    return this.#inner.backlog ?? this.#inner.queued;
  }

  get isClosed(): boolean {
    return this.#inner.isClosed;
  }

  get onClosed(): (() => void) | undefined {
    return this.#inner.onClosed;
  }

  set onClosed(listener: (() => void) | undefined) {
    this.#inner.onClosed = listener;
  }

  get onDrain(): (() => void) | undefined {
    return this.#inner.onDrain;
  }

  set onDrain(listener: (() => void) | undefined) {
    this.#inner.onDrain = listener;
  }

  cut(): void {
    this.#inner.cut?.();
  }

  close(reason: CloseReason): void {
    this.#inner.close(reason);
  }
}

function statusOf(status: number): number {
  return status >= 200 && status <= MOST_STATUS ? status : 502;
}

function headOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const head: Record<string, string> = { ...TOLD_HEAD };
  for (const [written, value] of Object.entries(headers)) {
    const name = written.toLowerCase();
    const isKept = KEPT.has(name) && /^[\w-]{1,16}$/.test(value);
    const isKind = name === 'content-type' && KINDS.test(value);
    if (isKept || isKind || (name === 'content-disposition' && FILE.test(value))) head[name] = value;
  }
  return head;
}

/** `ok`, or the stable word of why it was not done. */
function outcomeOf(status: number, body: Bytes | undefined): string {
  if (status < 400) return 'ok';
  try {
    const text = new TextDecoder().decode(joined(body ?? []));
    const { error } = JSON.parse(text) as { error?: { code?: unknown } };
    if (typeof error?.code === 'string' && /^[a-z_]{1,40}$/.test(error.code)) return error.code;
  } catch {
    // It is no word of ours.
  }
  return 'internal_error';
}
