/** What of a server only its configuration, and the doors of the gateway, know. */
import { everyServer } from '../../config/every-server.ts';
import type { Config } from '../../config/types.ts';
import type { ServerFacts } from '../admin/server-views.ts';
import type { Sites } from '../sites.ts';

/** @param config the one in force @param sites as they are now */
export function serverFacts(config: () => Config, sites: () => Sites): (name: string) => ServerFacts {
  let read: Config | undefined;
  let descriptions = new Map<string, string | undefined>();
  return (name) => {
    const now = config();
    if (now !== read) {
      read = now;
      descriptions = new Map(everyServer(now).map(({ id, server }) => [id, server.description]));
    }
    const { root, projects } = sites();
    const at = name.indexOf('/');
    const site = at < 0 ? root : (projects.get(name.slice(0, at)) ?? root);
    return { description: descriptions.get(name), isKeyed: site.door.isRequired };
  };
}
