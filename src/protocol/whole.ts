/** Whether an answer that was read by its envelope is JSON through and through. */
import { outcomeOf } from './long.ts';
import { DEFAULT_LIMITS, type Message, type ReadLimits } from './message.ts';
import { Scanner } from './scanner.ts';

/**
 * Whether `result` or `error` of an answer is JSON (RFC 8259) within the caps, with no member written twice: what
 * `readMessage` leaves out with `envelope`. True for requests and notifications, which are always read in full.
 *
 * Takes time linear in the length of the outcome; never throws.
 * @param limits `depth` and `elements` count; the depth from the outcome on
 */
export function isWhole(message: Message, limits: ReadLimits = DEFAULT_LIMITS): boolean {
  if (message.outcome.end === 0) return true;
  const outcome = outcomeOf(message);
  const scan = new Scanner(outcome, limits.depth, limits.elements);
  try {
    return scan.value(0) === scan.end && scan.doubled < 0;
  } catch {
    return false;
  }
}
