import type { Chunk } from '../api/types'

// A cancelled chunk is stored as failed with the time of the cancelling; people are told what it is.
export function chunkState(chunk: Pick<Chunk, 'status' | 'cancelled_at'>): 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled' {
  return chunk.status === 'failed' && chunk.cancelled_at !== null ? 'cancelled' : chunk.status
}

// Creatives are a snapshot of the account; their chunk carries the job's range, but no day of it is collected by itself.
export const hasDays = (chunk: Pick<Chunk, 'collection_type'>) => chunk.collection_type !== 'creatives'
