import { type Config, ConfigError, readConfig } from '#libs/config';
import { exitCodes, Stop } from './exit-codes.js';

/** The service's own configuration, for commands that work beside it. @throws Stop */
export function configuration(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) throw new Stop(exitCodes.usage, error.message);
    throw error;
  }
}
