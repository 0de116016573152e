global using Meditron.Simulation.Worlds;
