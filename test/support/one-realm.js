/**
 * Jest runs tests in a realm of their own, where an error that Node itself throws is no `instanceof Error`. The product runs in one realm; with
 * this, so do its tests.
 */
import { types } from 'node:util';

const ordinary = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(value) {
    return ordinary.call(this, value) || (this === Error && types.isNativeError(value));
  },
});
