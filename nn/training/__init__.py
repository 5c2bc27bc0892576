"""Training: `fit`, its backends, data, history and callbacks, and `predict`.

- `fit`: the loop over epochs and batches; `arguments` and `data`: what it is given, checked
- `task`: what is trained, and on which rows; the graph of one of them
- `backends`: a step, compiled or Value by Value; `masks`: those of Dropout, of a whole batch
- `history`: what it returns; `callbacks`: after each epoch; `saved_state`: a checkpoint, checked
- `prediction`: `predict`
- `film` and `live`: pages that show a training (`pages`, `film_page/`), which run a graph (`tape`)
"""
