# draws sixty figures
# cell: last
import matplotlib.pyplot as plt

for number in range(60):
    plt.figure()
    plt.plot([number])
