/** The one workbench of the console: what runs goes on while other pages are looked at. */
import { Workbench } from './workbench.ts';

export const workbench = new Workbench();

// A server need not keep a session of a page that is gone; one that comes back opens another.
addEventListener('pagehide', () => workbench.leave());
addEventListener('pageshow', ({ persisted }) => persisted && workbench.reload());
