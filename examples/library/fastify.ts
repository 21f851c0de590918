/** Sluice inside a Fastify app: `node examples/library/fastify.ts [port]`. */
import fastify from 'fastify';
import { createGateway } from 'sluice/node';
import { hello } from './hello.ts';

const app = fastify();
const gateway = createGateway({ servers: { hello } });
// The gateway reads bodies and answers by itself: Fastify must do neither.
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', (_request, _body, done) => done(null));
app.all('/*', (request, reply) => {
  reply.hijack();
  gateway.node(request.raw, reply.raw);
});

await app.listen({ port: Number(process.argv[2] ?? 3000), host: '127.0.0.1' });
console.log(`ready on ${JSON.stringify(app.server.address())}`);
