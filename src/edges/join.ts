/** How a gateway that shares a backplane takes its place among the others. */
import type { Composed } from './compose.ts';

/**
 * Joins the others and agrees with them on what all must have in common; once, however often it is asked, and again where it
 * failed. Nothing happens for a gateway that is alone.
 * @param nodeUrl an origin under which the others can ask this one's `/readyz`; without one they cannot, and it takes
 *   itself for cut off whenever its backplane is away for longer than its lease
 * @throws Error with one sentence where the others cannot be reached
 */
export type Join = (nodeUrl?: string) => Promise<void>;

export function joinOf({ gateway, agree }: Pick<Composed, 'gateway' | 'agree'>): Join {
  let joined: Promise<void> | undefined;
  const join = async (nodeUrl: string | undefined) => {
    await gateway.cluster?.join(nodeUrl);
    await agree();
  };
  return (nodeUrl) => {
    joined ??= join(nodeUrl).catch((error: unknown) => {
      joined = undefined;
      throw error;
    });
    return joined;
  };
}
