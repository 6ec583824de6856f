"""scikit-learn's forests on the rows that the service test sends: accuracy and AUC of each draw, as JSON."""

import json
import sys

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score

task = json.load(sys.stdin)
x = np.array(task["x"], dtype=float).reshape(-1, task["columns"])
y = np.array(task["y"])
kinds = {"random-forest": RandomForestClassifier, "extra-trees": ExtraTreesClassifier}
results = []
for draw in task["draws"]:
    train, held = np.array(draw["train"]), np.array(draw["held"])
    for name, kind in kinds.items():
        for missing in ("native", "median"):
            filled = x
            if missing == "median":
                filled = SimpleImputer(strategy="median", keep_empty_features=True).fit(x[train]).transform(x)
            forest = kind(300, class_weight="balanced", random_state=draw["seed"], n_jobs=1)
            p = forest.fit(filled[train], y[train]).predict_proba(filled[held])[:, 1]
            results.append(
                {
                    "engine": name,
                    "missing": missing,
                    "labels": len(train),
                    "accuracy": float(np.mean((p >= 0.5) == y[held])),
                    "auc": float(roc_auc_score(y[held], p)),
                }
            )
print(json.dumps(results))
