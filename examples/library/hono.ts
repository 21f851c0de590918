/** Sluice inside a Hono app, as a fetch-style handler: `node examples/library/hono.ts [port]`. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createGateway } from 'sluice/node';
import { hello } from './hello.ts';

const app = new Hono();
const gateway = createGateway({ servers: { hello }, basePath: '/gateway' });
app.all('/gateway/*', (context) => gateway.fetch(context.req.raw));

serve({ fetch: app.fetch, port: Number(process.argv[2] ?? 3000), hostname: '127.0.0.1' }, (address) => {
  console.log(`ready on ${JSON.stringify(address)}`);
});
