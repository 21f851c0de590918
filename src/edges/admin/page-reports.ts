/** What browsers say that the page was kept from: counted, so that it can be seen; never read by anybody. */
import type { Visit } from '../http/front.ts';
import { tellProblem } from '../http/operators.ts';

/** A report is small; what is larger is none. */
const MOST_BYTES = 16_384;

export class PageReports {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Open to the page before anybody signed in, so it tells nothing. */
  async take(visit: Visit): Promise<void> {
    const { request, responder, front } = visit;
    if (request.method !== 'POST') return tellProblem(visit, 'method_not_allowed', 'Reports are posted.');
    await request.body(MOST_BYTES, front.bodyMs).catch(() => undefined);
    this.#count++;
    responder.reply(204, {});
  }
}
