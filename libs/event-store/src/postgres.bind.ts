import type { Client, Connection, Submittable } from 'pg';

// pg_type.oid, fixed for built-in types.
export const oid = { int8: 20, int4: 23, text: 25, uuid: 2950 } as const;

const executeAndSync = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4]);

/**
 * The call of a prepared statement as PostgreSQL's protocol has it (Bind, Execute, Sync), with binary parameters, in memory that is used again.
 * pg copies each parameter three times into new memory outside the heap: at some hundred batches a second that alone made the collector go
 * through the whole heap every 200 ms.
 */
export class BindMessage {
  #bytes = Buffer.alloc(0);
  #end = 0;

  /** Begins the message anew, with room for `bytesMax`. */
  begin(statement: string, parameters: number, bytesMax: number): void {
    if (this.#bytes.length < bytesMax) this.#bytes = Buffer.allocUnsafeSlow(bytesMax * 2);
    this.#bytes[0] = 0x42;
    this.#bytes[5] = 0; // The unnamed portal.
    this.#end = 6 + this.#bytes.write(`${statement}\0`, 6, 'latin1');
    this.#int16(1);
    this.#int16(1); // Every parameter is binary.
    this.#int16(parameters);
  }

  /** The message as it is sent, good until the next begin(). */
  end(): Buffer {
    this.#int16(0); // Every column of the answer is text.
    this.#bytes.writeInt32BE(this.#end - 1, 1);
    this.#end += executeAndSync.copy(this.#bytes, this.#end);
    return this.#bytes.subarray(0, this.#end);
  }

  int32(value: number): void {
    this.#put32(4);
    this.#put32(value);
  }

  int64(value: bigint): void {
    this.#put32(8);
    this.#end = this.#bytes.writeBigInt64BE(value, this.#end);
  }

  uuid(value: string): void {
    this.#put32(16);
    this.#end += this.#bytes.write(value.replaceAll('-', ''), this.#end, 'hex');
  }

  ascii(value: string): void {
    this.text(value, value.length);
  }

  /** A text of so many bytes as UTF-8. */
  text(value: string, bytes: number): void {
    this.#put32(bytes);
    this.#end += this.#bytes.write(value, this.#end, bytes === value.length ? 'latin1' : 'utf8'); // As many bytes as units: ASCII alone.
  }

  /** One dimension, no nulls, lower bound 1: `array_recv` of PostgreSQL's arrayfuncs.c. */
  array(elementOid: number, length: number, putElements: () => void): void {
    const start = this.#end;
    for (const value of [0, 1, 0, elementOid, length, 1]) this.#put32(value);
    putElements();
    this.#bytes.writeInt32BE(this.#end - start - 4, start);
  }

  #int16(value: number): void {
    this.#end = this.#bytes.writeInt16BE(value, this.#end);
  }

  #put32(value: number): void {
    this.#end = this.#bytes.writeInt32BE(value, this.#end);
  }
}

/** Sends the call of a statement that answers one row, and resolves to its columns. */
export function callPrepared(client: Client, message: Buffer): Promise<readonly (string | null)[]> {
  return new Promise((resolve, reject) => void client.query(new PreparedCall(message, resolve, reject)));
}

/** What pg's client asks of a query: pg-cursor's way in. It does not ask for the columns' description, so none comes. */
class PreparedCall implements Submittable {
  #row: readonly (string | null)[] | null = null;

  constructor(
    private readonly message: Buffer,
    private readonly resolve: (row: readonly (string | null)[]) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.stream.write(this.message);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.#row = fields;
  }

  handleCommandComplete(): void {
    // The row is the answer once the transaction has ended: with ReadyForQuery.
  }

  handleReadyForQuery(): void {
    if (this.#row === null) this.reject(new Error('A call was answered without a row.'));
    else this.resolve(this.#row);
  }

  handleError(error: Error): void {
    this.reject(error);
  }
}
