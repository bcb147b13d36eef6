/* reduce: what the parts send each other in a round. */
#include "kernels/reduce/reduce.h"

/* The result of the previous round is sent to the first part while the next round is computed. */
void reduce_partial_request(void *opaque, struct request *request) {
  struct reduce_state *s = opaque;
  if (!s->collects || s->round == 0)
    return;
  struct reduce_round r = reduce_round_at(s->n, s->slice, s->parts, s->round - 1);
  for (int part = 0; part < s->parts; part++) {
    s->send_count[part] = part == 0 && s->part != 0 ? reduce_slice_length(&r, s->part) : 0;
    s->receive_count[part] = part != 0 && s->part == 0 ? reduce_slice_length(&r, part) : 0;
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(double),
      .send = s->result,
      .send_count = s->send_count,
      .receive = s->part == 0 ? s->result + r.begin + reduce_slice_length(&r, 0) : NULL,
      .receive_count = s->receive_count,
      .capacity = s->part == 0 ? r.length - reduce_slice_length(&r, 0) : 0,
      .known = true,
  };
}

void reduce_combine_request(void *opaque, struct request *request) {
  struct reduce_state *s = opaque;
  const struct reduce_round r = reduce_round_now(s);
  const int64_t own = reduce_slice_length(&r, s->part);
  int64_t received = 0;
  for (int part = 0; part < s->parts; part++) {
    s->send_count[part] = part == s->part ? 0 : s->own_blocks * reduce_slice_length(&r, part);
    s->receive_count[part] = 0;
  }
  for (int64_t k = 0; k < s->block_count; k++)
    if (s->blocks[k].part != s->part)
      s->receive_count[s->blocks[k].part] += own;
  for (int part = 0; part < s->parts; part++)
    received += s->receive_count[part];
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(double),
      .send = s->send,
      .send_count = s->send_count,
      .receive = s->receive,
      .receive_count = s->receive_count,
      .capacity = received,
      .known = true,
  };
}
