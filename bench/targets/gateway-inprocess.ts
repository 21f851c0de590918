/**
 * Target (b): this gateway as a library, with the echo in the same process; one link for all sessions, as in
 * (c). Usage: node gateway-inprocess.ts <port>
 */
import { createGateway, inprocess } from '../../src/node.ts';
import { LIST_CHANGED, type Request, resultOf } from './echo.ts';

const driver = inprocess({
  name: 'echo',
  handler: (request, context) => {
    const { method, params } = request as Request;
    return resultOf({ method, ...(params ? { params } : {}) }, () => {
      void context.notify(LIST_CHANGED.method);
    });
  },
});
const gateway = createGateway({ servers: { echo: { driver, sharing: 'shared' } } });
await gateway.listen(Number(process.argv[2]), '127.0.0.1');
