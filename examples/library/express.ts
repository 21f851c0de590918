/** Sluice inside an Express app: `node examples/library/express.ts [port]`. */
import express from 'express';
import { createGateway } from 'sluice/node';
import { hello } from './hello.ts';

const app = express();
const gateway = createGateway({ servers: { hello }, basePath: '/gateway' });
app.use('/gateway', gateway.node);

const server = app.listen(Number(process.argv[2] ?? 3000), '127.0.0.1', () => {
  console.log(`ready on ${JSON.stringify(server.address())}`);
});
