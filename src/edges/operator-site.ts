/** All there is, as operators meet it: every server whole, those of projects by their full names, and no limits within a time. */
import { Gate } from '../access/gate.ts';
import type { Meter } from '../access/limits.ts';
import type { Authenticator } from '../access/principal.ts';
import type { Gateway } from '../engine/gateway.ts';
import type { Mount } from '../engine/line.ts';
import { SiteMounts } from './site-mounts.ts';
import type { Site } from './sites.ts';

/** May change while the gateway runs. */
export interface OperatorRules {
  /** Undefined: nobody is one. */
  door?: Authenticator | undefined;
}

/** @param root what the root of the gateway leads to */
export function operatorSite(
  rules: OperatorRules | undefined,
  gateway: Gateway,
  root: Mount | undefined,
  meter: Meter,
): () => Site | undefined {
  const { narrowed, servers } = gateway;
  let made: Site | undefined;
  return () => {
    const door = rules?.door;
    if (!door) return undefined;
    if (made?.door === door) return made;
    made = {
      part: undefined,
      door,
      addresses: undefined,
      servers,
      root,
      mounts: new SiteMounts({ narrowed, servers, root, chosen: undefined, policies: [] }),
      gate: new Gate(meter, {}),
    };
    return made;
  };
}
