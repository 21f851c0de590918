/**
 * A gateway whose traces go to a receiver that takes everything, which is a process of its own.
 *
 * Usage: node traced.ts <cli> <ratio> <arguments of the cli …>; the ratio is the share of traces that are recorded
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const SINK = `
  const server = require('node:http').createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));
  process.stdin.resume().on('end', () => process.exit());
`;

const [cli = '', ratio = '1', ...args] = process.argv.slice(2);
const sink = spawn(process.execPath, ['-e', SINK], { stdio: ['pipe', 'pipe', 'inherit'] });
sink.unref();
const [port] = (await once(sink.stdout, 'data')) as [Buffer];
process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port.toString()}`;
process.env['OTEL_TRACES_SAMPLER'] = 'parentbased_traceidratio';
process.env['OTEL_TRACES_SAMPLER_ARG'] = ratio;
process.argv = [process.execPath, cli, ...args];
await import(cli);
