-- | What staff may do. A role is held everywhere or at one location.
module Retail.Domain.Role
  ( Role (..),
    Permission (..),
    permits,
  )
where

data Role = Cashier | Supervisor | StockClerk | Manager | Admin
  deriving stock (Eq, Ord, Show, Enum, Bounded)

data Permission
  = ReadCatalogue
  | EditCatalogue
  | Sell
  | GiveDiscount
  | VoidSale
  | RefundSale
  | RunTill
  | CloseTill
  | ReadStock
  | AdjustStock
  | TransferStock
  | CountStock
  | ReceiveGoods
  | OrderGoods
  | ReadReports
  | ManageStaff
  deriving stock (Eq, Ord, Show, Enum, Bounded)

permits :: Role -> Permission -> Bool
permits Admin _ = True
permits Manager permission = permission /= ManageStaff
permits Supervisor permission = permission `notElem` [ManageStaff, EditCatalogue, AdjustStock, OrderGoods]
permits Cashier permission = permission `elem` [ReadCatalogue, Sell, RunTill, ReadStock]
permits StockClerk permission = permission `elem` [ReadCatalogue, ReadStock, AdjustStock, TransferStock, CountStock, ReceiveGoods]
