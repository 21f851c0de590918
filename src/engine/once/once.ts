/**
 * Requests with an idempotency key: each is run once for its caller and key, and the answer is given to whoever asks again.
 *
 * Guarantees: of several tries one is sent on, whichever came first, as long as the key is remembered; nobody gets what
 * another caller ran; another request under the same key is refused. What was certainly not sent on is not remembered.
 * Of several nodes one runs it, and all know the answer.
 * Bounded in number and bytes, in all and of each caller: over that new keys are refused, because who sends one counts on it.
 *
 * Source: draft-ietf-httpapi-idempotency-key-header-07.
 */
import type { ErrorWord } from '../../protocol/errors.ts';
import type { EngineContext } from '../context.ts';
import { Deadlines } from '../deadlines.ts';
import type { Mount } from '../line.ts';
import type { CallFacts, ModernCall } from '../modern/modern-call.ts';
import { overdrawn, type Refusal } from '../overdrawn.ts';
import type { Backplane } from '../ports-backplane.ts';
import { READS } from '../repeat.ts';
import { type Answer, kept, MISMATCH, NO_ROOM, type Outcome, tell, tooLarge } from './outcome.ts';
import { requestNameOf } from './request-name.ts';
import { isRepeatable } from './repeatable.ts';
import { Run, type RunHost } from './run.ts';
import { SharedRuns } from './shared-runs.ts';

/** What changes nothing may be asked for again without a key. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...READS,
  'server/discover',
  'subscriptions/listen',
  'tasks/get',
]);

/** Whether a key of a request means anything. */
export function countsOnce(method: string): boolean {
  return !HARMLESS.has(method);
}

export class Once implements RunHost {
  readonly #context: EngineContext;
  readonly #road: (call: ModernCall) => void;
  readonly #runs = new Map<string, Run>();
  readonly #running = new Set<Run>();
  /** Those that are over, and those that run and nobody waits for. */
  readonly #kept: Deadlines<Run>;
  readonly #left: Deadlines<Run>;
  /** Undefined where there are no other nodes. */
  readonly #shared: SharedRuns | undefined;
  readonly #claims: Deadlines<Run>;

  /** @param road sends a call on to its server */
  constructor(context: EngineContext, backplane: Backplane, road: (call: ModernCall) => void) {
    const { runtime, settings } = context;
    this.#context = context;
    this.#road = road;
    const ms = Math.max(1, settings.idempotencyMs);
    this.#kept = new Deadlines(runtime, ms, (run) => this.#forget(run));
    this.#left = new Deadlines(runtime, ms, (run) => run.callOff('timed_out', LONELY));
    this.#claims = new Deadlines(runtime, ms, (run) => this.#renew(run));
    const mayRepeat = async ({ facts }: Run) => facts !== undefined && isRepeatable(facts, road, runtime);
    this.#shared = backplane.isShared ? new SharedRuns(backplane, mayRepeat, context) : undefined;
    context.cluster?.onLost(() => this.#lost());
  }

  /** Those that run and nobody waits for. */
  get inFlight(): number {
    let count = 0;
    for (const run of this.#running) if (!run.isAwaited) count++;
    return count;
  }

  /** Where some run. */
  get mounts(): Mount[] {
    return [...this.#running].flatMap(({ facts }) => facts?.mount ?? []);
  }

  /** @param call with an idempotency key */
  take(call: ModernCall): void {
    const name = requestNameOf(call.facts);
    const first = this.#runs.get(name.first);
    if (first && first.name.base !== name.base) return tell(call, MISMATCH);
    const known = this.#runs.get(name.name);
    if (known) return known.join(call, name);
    const payers = call.facts.payers ?? this.#context.ledger.payersOf(call.facts);
    const { length } = call.message.bytes;
    const full = overdrawn(payers, 'idempotencyKeys') ?? overdrawn(payers, 'idempotencyBytes', length);
    if (full) return call.fail(full.word, full.message, full.data);
    const run = new Run(name, call, payers, this);
    this.#runs.set(name.name, run);
    payers.take('idempotencyKeys');
    run.hold(length);
    this.#running.add(run);
    if (this.#shared) void this.#shared.begin(run);
    else run.start();
  }

  /** Ends what runs for those who may not have it any more, or at what is gone. */
  endWhere(mayNot: (facts: CallFacts) => boolean, word: ErrorWord, message: string): void {
    for (const run of this.#running) if (run.facts && mayNot(run.facts)) run.callOff(word, message);
  }

  /** Ends what waits for other nodes; what runs here ends with its server. */
  close(): void {
    for (const run of this.#running) if (!run.wasStarted) run.settle(CLOSED);
    this.#kept.clear();
    this.#left.clear();
    this.#claims.clear();
    this.#shared?.close();
  }

  // ------------------------------------------------------------------------------------ of its runs

  serve(run: Run, call: ModernCall): void {
    if (this.#shared) this.#claims.add(run);
    this.#road(call);
  }

  turned(run: Run): void {
    run.count(!run.isAwaited);
    if (!run.isAwaited) this.#left.add(run);
    else if (this.#shared && run.isRunning) this.#renew(run);
    else this.#left.remove(run);
  }

  keeps(run: Run, answer: Answer): Outcome {
    const { idempotencyAnswerBytes: most } = this.#context.settings;
    const { length } = answer.bytes;
    if (length > most) return tooLarge(most);
    return run.excess(length) ? NO_ROOM : kept(answer);
  }

  over(run: Run): void {
    this.#running.delete(run);
    run.count(false);
    if (run.wasStarted) this.#tellOthers(run);
    if (!run.outcome) return this.#forget(run);
    run.hold('bytes' in run.outcome ? run.outcome.bytes.length : 0);
    this.#kept.add(run);
  }

  #tellOthers(run: Run): void {
    if (run.outcome) this.#shared?.publish(run, this.#context.settings.idempotencyMs);
    else this.#shared?.withdraw(run);
  }

  /** Its claim is good for longer than until it is said again. */
  #renew(run: Run): void {
    this.#claims.add(run);
    this.#shared?.renew(run);
  }

  /** What is shared was lost. */
  #lost(): void {
    const now = this.#context.runtime.now();
    this.#shared?.lost([...this.#runs.values()].map((run) => [run, Math.max(1, run.due - now)]));
  }

  #forget(run: Run): void {
    if (this.#runs.get(run.name.name) !== run) return;
    this.#runs.delete(run.name.name);
    this.#left.remove(run);
    this.#claims.remove(run);
    run.hold(0);
    run.payers.giveBack('idempotencyKeys');
  }
}

const CLOSED: Refusal = { word: 'draining', message: 'The gateway is shutting down.' };
const LONELY = 'Nobody has waited for this any more for as long as its key is remembered.';
