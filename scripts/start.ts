/** `npm start`: builds the gateway if its sources are newer, and runs it, in this process, with the demo configuration. */
import { builtCommand } from './built.ts';

const command = builtCommand();
process.argv = [process.execPath, command, 'serve', 'examples/demo/sluice.json', ...process.argv.slice(2)];
await import(command);
