"""Times scikit-learn's forests on the tables that forest.ts wrote; prints seconds as JSON."""

import json
import sys
import time

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

folder, train_rows, predicting_rows, predict_rows, passes = sys.argv[1:6]
FEATURES = 23


def table(rows):
    x = np.fromfile(f"{folder}/x{rows}.bin").reshape(-1, FEATURES)
    return x, np.fromfile(f"{folder}/y{rows}.bin", dtype=np.uint8)


def best(work):
    seconds = []
    for _ in range(int(passes)):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return round(min(seconds), 4)


others, _ = table(predict_rows)
timings = {}
for name, forest in (("extra-trees", ExtraTreesClassifier), ("random-forest", RandomForestClassifier)):
    train = {}
    for rows in train_rows.split(","):
        x, y = table(rows)
        model = forest(100, max_features=6, random_state=1, n_jobs=1)
        train[rows] = best(lambda: model.fit(x, y))
        if rows == predicting_rows:
            predict = best(lambda: model.predict_proba(others))
    timings[name] = {"train": train, "predict": predict}
print(json.dumps(timings))
