/** Lets scripts use the test kits outside Jest: nothing that they call there expects anything. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: 'data:text/javascript,export const expect = null;', shortCircuit: true } : next(specifier, context),
});
