/** The one workbench of the console: what runs goes on while other pages are looked at. */
import { Workbench } from './workbench.ts';

export const workbench = new Workbench();
