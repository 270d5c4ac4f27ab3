import { expect, test } from 'vitest'
import { inReadingOrder } from './order'

const job = (created_at: string, collection_type: 'ads' | 'demographics' | 'creatives') => ({ created_at, collection_type, integration_id: 'one' })

test('the jobs of one request stand in the order in which they are collected, requests newest first', () => {
  const listed = [job('2', 'creatives'), job('2', 'demographics'), job('2', 'ads'), job('1', 'demographics'), job('1', 'ads')]
  expect(inReadingOrder(listed).map((each) => each.created_at + each.collection_type)).toEqual(['2ads', '2demographics', '2creatives', '1ads', '1demographics'])
})
