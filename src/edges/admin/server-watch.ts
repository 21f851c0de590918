/** Which servers are shown otherwise than they were told last: looked at once a second while somebody watches them. */
import type { ServerViews } from './server-views.ts';

/** Told in one second: those beyond come in the next. */
const MOST = 50;

export class ServerWatch {
  readonly #views: Pick<ServerViews, 'all'>;
  readonly #told = new Map<string, string>();

  constructor(views: Pick<ServerViews, 'all'>) {
    this.#views = views;
  }

  /** @returns names: of those that changed or came, and of those that are no more; of all, when it is asked first */
  changed(): string[] {
    const now = new Map(this.#views.all().map((view) => [view.name, JSON.stringify(view)]));
    const gone = [...this.#told.keys()].filter((name) => !now.has(name));
    for (const name of gone) this.#told.delete(name);
    const others = [...now].filter(([name, text]) => this.#told.get(name) !== text).slice(0, MOST);
    for (const [name, text] of others) this.#told.set(name, text);
    return [...gone, ...others.map(([name]) => name)];
  }
}
