/** Two relays with a bus between them that delivers when the test says so. */
import { Carriage } from '../../../../src/edges/relay/carriage.ts';
import { Carried } from '../../../../src/edges/relay/carried.ts';
import type { CarriedConnection } from '../../../../src/edges/relay/carried-connection.ts';
import { decodeFrame, type Frame, KIND } from '../../../../src/edges/relay/frames.ts';
import { type RelayLimits, RELAY_LIMITS } from '../../../../src/edges/relay/limits.ts';
import type { Responder } from '../../../../src/engine/ports.ts';
import { FakeResponder } from '../../engine/support.ts';

/** One carriage: the client's end and the owner's, with what is said between them in two queues. */
export class Ends {
  readonly responder: FakeResponder;
  readonly carriage: Carriage;
  readonly carried: Carried;
  readonly toOwner: Uint8Array[] = [];
  readonly toClient: Uint8Array[] = [];
  readonly lingering = new Set<CarriedConnection>();
  readonly losses: string[] = [];
  watched = 0;
  freed = 0;
  isOverHere = false;
  isOverThere = false;

  /** @param seenAs what the relay is lent in place of the client's own responder */
  constructor(
    limits: Partial<RelayLimits> = {},
    body?: Uint8Array,
    isStuck = false,
    seenAs: (responder: Responder) => Responder = (responder) => responder,
  ) {
    const all = { ...RELAY_LIMITS, ...limits };
    this.responder = new FakeResponder({ isStuck });
    this.carriage = new Carriage(
      {
        number: 1,
        limits: all,
        say: (frame) => void this.toOwner.push(frame),
        watch: () => void this.watched++,
        heard: () => {},
        freed: (bytes) => void (this.freed += bytes),
        idsIn: () => [],
        over: () => void (this.isOverHere = true),
      },
      seenAs(this.responder),
      body,
      ({ connection }) => void this.losses.push(connection ? 'stream' : 'whole'),
    );
    this.carried = new Carried({
      number: 1,
      limits: all,
      say: (frame) => void this.toClient.push(frame),
      linger: (connection) => void this.lingering.add(connection),
      over: () => void (this.isOverThere = true),
    });
  }

  /** Bytes of an answer that are on the bus. */
  get underWay(): number {
    return this.toClient
      .map(decodeFrame)
      .filter(({ kind }) => kind === KIND.data)
      .reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Delivers what was said until nothing is. */
  async deliver(): Promise<void> {
    for (;;) {
      await Promise.resolve();
      const [forth, back] = [this.toClient.splice(0), this.toOwner.splice(0)];
      if (forth.length + back.length === 0) return;
      for (const frame of forth) if (!this.isOverHere) this.carriage.take(decodeFrame(frame));
      for (const frame of back) this.#back(decodeFrame(frame));
    }
  }

  #back(frame: Frame): void {
    if (frame.kind === KIND.gone) this.carried.gone();
    else this.carried.taken(frame);
  }
}
