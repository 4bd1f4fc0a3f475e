/** Preloaded into a server: it prints a line each time that it asks the sandbox courier, which answers as always. */
import { sandboxAdapter } from '../../src/couriers/sandbox/adapter.ts';

const { poll } = sandboxAdapter;

Object.assign(sandboxAdapter, {
  poll(request: Parameters<typeof poll>[0]) {
    process.stdout.write(`asked about ${request.number}\n`);
    return poll(request);
  },
});
