"""XOR: what no single neuron can do, learned by three."""

from nn import MLP, SGD

model = MLP(2, [3, 1])
optimizer = SGD(model.parameters(), learning_rate=0.2)
points = [([0.0, 0.0], -1.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], -1.0)]

for epoch in range(121):
    loss = sum((model(x) - y) ** 2 for x, y in points) / len(points)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 20 == 0:
        print(epoch, round(loss.data, 4))

for x, y in points:
    print(x, y, round(model(x).data, 2))
y = model([0.0, 1.0])
