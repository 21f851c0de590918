/** HTTP on Node: undici without its promises and streams, which cost more than a small message. */
import { Buffer } from 'node:buffer';
import { type Dispatcher, Pool } from 'undici';
import type { CallerOptions, HttpCaller, HttpExchange, HttpListener, HttpRequest } from './network-caller.ts';

/** A caller with connections of its own. HTTP/1.1: each answer has its socket, so one that is paused holds up no other. */
export function undiciCaller({ origin, connectMs }: CallerOptions): HttpCaller {
  return new UndiciCaller(
    new Pool(origin, { connectTimeout: connectMs, allowH2: false, headersTimeout: 0, bodyTimeout: 0 }),
  );
}

class UndiciCaller implements HttpCaller {
  readonly decodes = false;
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  call(request: HttpRequest, listener: HttpListener): HttpExchange {
    const exchange = new Exchange(listener);
    const { method, target, headers, body, silenceMs } = request;
    this.#pool.dispatch(
      {
        method,
        path: target,
        headers: headers as string[],
        body: body ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : null,
        headersTimeout: silenceMs,
        bodyTimeout: silenceMs,
      },
      exchange,
    );
    exchange.isCalled = true;
    return exchange;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

class Exchange implements HttpExchange, Dispatcher.DispatchHandler {
  /** Whether `call` has returned. */
  isCalled = false;
  readonly #listener: HttpListener;
  #controller: Dispatcher.DispatchController | undefined;
  #isPaused = false;
  #isOver = false;

  constructor(listener: HttpListener) {
    this.#listener = listener;
  }

  // ------------------------------------------------------------------------------------ what we are asked

  pause(): void {
    this.#isPaused = true;
    this.#controller?.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    // Not from within the parser, which may be what called us.
    queueMicrotask(() => {
      if (!this.#isPaused && !this.#isOver) this.#controller?.resume();
    });
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#controller?.abort(new Error('Called off.'));
  }

  // ------------------------------------------------------------------------------------- what undici tells

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('Called off.'));
    else if (this.#isPaused) controller.pause();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 103 and the like come before the answer.
    if (!this.#isOver && status >= 200) this.#listener.head(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (!this.#isOver) this.#listener.data(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    if (!this.isCalled) return queueMicrotask(() => this.#failed(error));
    this.#failed(error);
  }

  #failed(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Without a start not even a connection was there.
    this.#listener.failed({ code: codeOf(error), isUnsent: this.#controller === undefined });
  }
}

function codeOf(error: Error & { code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : error.name;
}
