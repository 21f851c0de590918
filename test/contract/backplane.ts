/** What every backplane promises to several nodes, whatever they share. Each port has a file of its own. */
import { backplaneBusContract } from './backplane-bus.ts';
import { backplaneCountersContract } from './backplane-counters.ts';
import { backplaneDirectoryContract } from './backplane-directory.ts';
import { backplaneLogContract } from './backplane-log.ts';
import type { Leases, Place, WithPlace } from './backplane-place.ts';

export interface BackplaneKit {
  /** Fresh for each test. @param leases `short`: what lapses does so soon, though not on a machine that is merely slow */
  open(leases: Leases): Promise<Place>;
  /** It tells addresses of its own, so that there is no wire to it that could be cut. */
  readonly isCluster?: boolean;
}

export function backplaneContract(kit: BackplaneKit): void {
  const withPlace: WithPlace =
    (check, leases = 'usual') =>
    async () => {
      const place = await kit.open(leases);
      try {
        await check(place);
      } finally {
        await place.close();
      }
    };
  backplaneLogContract(withPlace);
  backplaneBusContract(withPlace, kit.isCluster !== true);
  backplaneDirectoryContract(withPlace);
  backplaneCountersContract(withPlace);
}
